"""The main job on real sshd and HAProxy, by the program itself, while an independent client keeps asking."""

import json
import re
from pathlib import Path

import pytest

from tests.fleet.program import Program
from zdd.lab import Lab

ROOT = Path(__file__).parents[2]


def test_it_rolls_under_traffic(zdd: Program) -> None:
    zdd.deploy("1.0")
    with zdd.no_request_fails():
        said = zdd.deploy("1.1")
    assert zdd.versions() == {"1.1"}
    assert "done (exit 0)" in said


def test_again_there_is_nothing_to_do(zdd: Program) -> None:
    zdd.deploy("1.1")
    assert "runs 1.1-" in zdd.deploy("1.1") and "drain" not in zdd.deploy("1.1")


def test_a_finished_run_is_reverted_by_hand_under_traffic(zdd: Program) -> None:
    zdd.deploy("1.0")
    zdd.deploy("1.1")
    with zdd.no_request_fails():
        zdd.must(0, "revert", "-y")
    assert zdd.versions() == {"1.0"}


@pytest.mark.parametrize("behaviour", ["never starts", "fails health"])
def test_a_bad_release_is_taken_back_under_traffic(zdd: Program, behaviour: str) -> None:
    zdd.deploy("1.0")
    zdd.build("1.2", behaviour)  # type: ignore[arg-type]
    with zdd.no_request_fails():
        said = zdd.deploy("1.2", 21)
    assert zdd.versions() == {"1.0"}
    assert "web1 runs 1.0-" in said and "and serves" in said


def test_the_plan_says_what_will_be_done_and_changes_nothing(zdd: Program) -> None:
    zdd.deploy("1.0")
    before = len(zdd.events())
    words = zdd.deploy_words("1.1")
    said = zdd.must(0, "plan", *words[1:-1])
    assert re.search(r"web1 +1\.0-\w{8} +1\.1-\w{8}", said) and "floor" in said
    assert zdd.versions() == {"1.0"} and len(zdd.events()) == before


def test_status_history_and_show(zdd: Program) -> None:
    zdd.deploy("1.0")
    assert "serving" in zdd.must(0, "status")
    assert "shop@lab" in zdd.must(0, "history")
    assert "web1" in zdd.must(0, "show")


def test_json_lines_have_no_gaps_and_say_what_was_touched(zdd: Program) -> None:
    zdd.deploy("1.0")
    done = zdd.run(*zdd.deploy_words("1.1", "--output", "jsonl"))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0] == {"type": "version", "format": "1.2"}
    numbers = [line["seq"] for line in lines if "seq" in line]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert lines[-1]["code"] == 0 and lines[-1]["touched"]
    watched = zdd.run("status", "-w", "--output", "jsonl")
    assert (watched.returncode, watched.stdout) == (0, done.stdout), "any terminal with the store reads the same"


def test_files_of_a_release_and_outside_of_it_come_and_go_with_it(zdd: Program, tmp_path: Path) -> None:
    outside = tmp_path / "shop.conf"
    outside.write_text("old\n")
    (zdd.folder / "shop.conf.j2").write_text("{{ host }} runs {{ version }}\n")
    tasks = (
        f"  - template: {{src: shop.conf.j2, dest: {outside}}}\n  - template: {{src: shop.conf.j2, dest: conf/shop}}\n"
    )
    zdd.deploy("1.0")
    plain, zdd.playbook = zdd.playbook, zdd.playbook.replace("deploy:\n", "deploy:\n" + tasks)
    try:
        zdd.deploy("1.1", 0, "-l", "web1")
        assert outside.read_text() == "web1 runs 1.1\n"
        assert (zdd.lab.web[0].release_path / "current/conf/shop").read_text() == "web1 runs 1.1\n"
        zdd.must(0, "revert", "-y")
        assert outside.read_text() == "old\n"
    finally:
        zdd.playbook = plain


@pytest.mark.parametrize("page", ["README.md", "docs/first-deploy.md"])
def test_the_first_playbook_of_each_page_as_it_stands(lab: Lab, page: str) -> None:
    text = re.search(r"```yaml\n(name: shop\n.*?)```", (ROOT / page).read_text(), re.DOTALL)
    assert text
    program = Program.on(lab, text[1])
    program.build("2.0")
    with program.no_request_fails():
        program.deploy("2.0")
    assert program.versions() == {"2.0"}

"""Exit codes that no other test here gets from the program: usage, bugs, bad releases, hosts left behind, hands."""

import json
import subprocess
import sys

import pytest

from tests.fleet.program import Program, at_rest
from zdd.lab import releases

PASSES_ONCE = b"""
_shop = application
def application(environ, start_response):
    if environ["PATH_INFO"] == "/healthz":
        import threading
        threading.Timer(0.05, lambda: (os.kill(os.getppid(), 9), os._exit(1))).start()
    return _shop(environ, start_response)
"""


def test_2_what_is_not_there_or_not_clear(zdd: Program) -> None:
    assert "no run or fleet" in zdd.must(2, "show", "nobody@nowhere")
    zdd.must(2, "deploy", "shop.yml", "--no-such-option")


def test_2_a_run_that_nobody_knows_is_neither_given_up_nor_taken_over(zdd: Program) -> None:
    """By its name it could be another store's, so the hosts are asked."""
    zdd.deploy("1.0")
    run, runs = zdd.newest(), zdd.must(0, "history")
    for name in (run, "nope"):
        words = ("abandon", name, "shop.yml", "-i", "inventories/lab.yml", "-y", "--reason", "mistyped")
        assert "given up" not in zdd.must(2, *words)
        said = zdd.deploy("1.1", 2, "--supersede", name, "--reason", "mistyped")
        assert "no such unfinished run" in said
    assert "nothing to give up" in zdd.must(2, "abandon", run, "-y", "--reason", "mistyped")
    assert (zdd.must(0, "history"), zdd.versions()) == (runs, {"1.0"})


def test_3_what_a_file_says_cannot_be(zdd: Program) -> None:
    with zdd.playing("batches: 1", "batchs: 1"):
        assert "shop.yml:4:1" in (said := zdd.deploy("1.1", 3)) and "batches" in said


def test_1_a_bug_is_called_one(zdd: Program) -> None:
    """The program as it is, and a store that breaks in a way nobody thought of."""
    code = "from zdd.journal.store import Store; Store.runs = lambda *_: 1 / 0; from zdd.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "history"], cwd=zdd.folder, env=zdd.environment(), capture_output=True, text=True
    )
    assert done.returncode == 1 and "a bug in zdd" in done.stderr and "ZeroDivisionError" in done.stderr


def test_21_a_release_that_passes_once_and_then_crashes_again_and_again(
    zdd: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the release's: taken back, and it never got a request. Others are told; that they do not hear it is said
    last, and fails nothing."""
    heard = zdd.folder / "heard"
    heard.write_text("")
    monkeypatch.setenv("ZDD_REPORT_TO", f"sh -c 'cat >>{heard}; echo >>{heard}; exit 3'")
    [old] = zdd.versions()
    app = (releases.SHOP / "app.py").read_bytes() + PASSES_ONCE
    releases.build(zdd.folder / "dist", "1.3", app=app)
    with zdd.no_request_fails():
        said = zdd.deploy("1.3", 21)
    assert "web1: health failed" in said
    assert said.index("failed, and reverted") < said.index("warning: sh was not told: exit 3")
    messages = [json.loads(line) for line in heard.read_text().splitlines()]
    assert [message["type"] for message in messages] == ["start", "revert", "end"]
    assert messages[-1]["failed"][0]["origin"].startswith("shop.yml:")
    assert zdd.versions() == {old}
    at_rest(zdd)


def test_23_and_resume_takes_the_host_that_was_left_behind(zdd: Program) -> None:
    """Within the budget: the run goes on without it, and it runs what it ran."""
    old, new = zdd.turn()
    broken = zdd.folder / "broken-web1"
    broken.touch()
    check = f"  - run: {{argv: [test, '!', -e, '{zdd.folder}/broken-{{{{ host }}}}']}}\n"
    with zdd.playing("deploy:\n", f"failure_budget: 1\ndeploy:\n{check}"), zdd.no_request_fails():
        said = zdd.deploy(new, 23)
        assert "web1" in said and zdd.versions() == {old, new}
        broken.unlink()
        zdd.must(0, "resume", "-y")
    assert zdd.versions() == {new}
    at_rest(zdd)


def test_22_a_way_back_that_is_broken_needs_hands(zdd: Program) -> None:
    """Somebody has taken out of the old release what it lives by. The other host serves all the while."""
    zdd.deploy("1.0")
    with zdd.playing("batches: 1\n", "batches: 1\nstall: 3s\n"):  # so long web1 waits for a web2 that never comes
        zdd.deploy("1.1")
    [app] = zdd.lab.web[1].release_path.glob("releases/1.0-*/app.py")
    text = app.read_text()
    app.chmod(0o644)
    app.write_text("raise SystemExit('gone')\n")
    with zdd.no_request_fails():
        said = zdd.must(22, "revert", "-y")
        assert "web2" in said and "hands needed" in said
        app.write_text(text)
        zdd.must(0, "revert", "-y")
    assert zdd.versions() == {"1.0"}
    at_rest(zdd)

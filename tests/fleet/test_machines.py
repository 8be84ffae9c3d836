"""What a person does to single machines: commands, host keys, zdd's own folder."""

import os
from pathlib import Path

import pytest

from tests.fleet.program import Program
from zdd.lab import Lab


@pytest.fixture
def program(lab: Lab) -> Program:
    return Program.on(lab)


def inventory(program: Program, folder: Path, **others: str) -> str:
    """The lab's, with some of its words replaced by others."""
    text = program.lab.inventory.read_text()
    for word, other in others.items():
        found = next(line for line in text.splitlines() if word in line)
        text = text.replace(found, f"{found.partition(word)[0]}{word}: {other}")
    (folder / "hosts.yml").write_text(text)
    return str(folder / "hosts.yml")


class TestExec:
    def test_equal_answers_are_folded(self, program: Program) -> None:
        said = program.must(0, "exec", "web:lb", "-i", "inventories/lab.yml", "--", "printf", "%s", "a  b")
        assert said == "web[1-2] lb1: exit 0\n  a  b\n"

    def test_one_text_is_for_the_shell(self, program: Program) -> None:
        said = program.must(
            20, "exec", "web1", "-i", "inventories/lab.yml", "--", "echo $((1 + 1)); echo no >&2; exit 3"
        )
        assert said.startswith("web1: exit 3\n  2\n  no\n")

    def test_who_is_not_reached_is_said(self, program: Program, tmp_path: Path) -> None:
        other = inventory(program, tmp_path, ansible_host=f"{program.lab.network}.77")
        said = program.must(20, "exec", "web", "-i", other, "--", "true")
        assert "web1: not reached, nothing was done" in said and "web2: exit 0" in said
        assert "not reached" in program.must(4, "exec", "web1", "-i", other, "--", "true")

    def test_nobody_knows_of_one_that_did_not_end(self, program: Program) -> None:
        said = program.must(22, "exec", "web", "-i", "inventories/lab.yml", "--timeout", "1", "--", "sleep 9")
        assert "web[1-2]: nobody knows\n  exec: it did not end in 1 s" in said


def test_trust_shows_a_key_asks_and_records_it(program: Program, tmp_path: Path) -> None:
    known = tmp_path / "known"
    mine = inventory(program, tmp_path, zdd_known_hosts=str(known))
    assert "is not known: zdd host trust web1" in program.must(4, "exec", "web1", "-i", mine, "--", "true")
    asked = program.must(2, "host", "trust", "web1", "-i", mine)
    assert "SHA256:" in asked and "say -y" in asked and not known.exists()
    assert f"recorded in {known}" in program.must(0, "host", "trust", "web1", "-i", mine, "-y")
    program.must(0, "exec", "web1", "-i", mine, "--", "true")
    assert "known" in program.must(0, "host", "trust", "web1", "-i", mine)
    known.write_text(program.lab.known_hosts.read_text().replace(f"[{program.lab.network}.12]", "other"))
    assert "  its host key ssh-ed25519" in program.must(20, "exec", "web", "-i", mine, "--", "true")


@pytest.mark.skipif(os.geteuid() != 0, reason="the lab has no sudo, and only root needs none")
def test_prepare_makes_the_folder_for_a_group(program: Program, tmp_path: Path) -> None:
    state = tmp_path / "var" / "zdd"
    mine = inventory(program, tmp_path, zdd_state=str(state))
    assert "there is no group nobodys" in program.must(
        4, "host", "prepare", "web1", "-i", mine, "-y", "--group", "nobodys"
    )
    assert f"web1: {state} is " in program.must(0, "host", "prepare", "web1", "-i", mine, "-y")
    assert oct(state.stat().st_mode)[-4:] == "2770"

"""What a host is asked about what it installs itself, and what zdd keeps there, as the host's shell runs it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.steps.machine import Machine
from zdd.model import Release
from zdd.steps import installed_commands as commands
from zdd.steps import record
from zdd.steps.found import Found
from zdd.steps.host_state import HostState, Said, parse, read_host, read_runs
from zdd.steps.place import Home
from zdd.transport import Command

ONE = Release(version="1:1.0~rc1-1", id="1" * 64, current="the question")
TWO = Release(version="1:1.0-1", id="2" * 64, current="the question")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(str(tmp_path / "zdd's state"), "shop@test")


def ok(machine: Machine, command: Command) -> str:
    result = machine.run(command)
    assert result.ok, result.err
    return result.out


def look(machine: Machine, home: Home, asks: str) -> HostState:
    of = replace(ONE, current=asks)
    state = parse(ok(machine, read_host(home, of)), of)
    assert parse(ok(machine, read_runs(home, of)), of).said == state.said
    return state


def said(machine: Machine, home: Home, asks: str) -> Said:
    answer = look(machine, home, asks).said
    assert answer
    return answer


def test_it_is_asked_and_answers_to_the_letter(machine: Machine, home: Home) -> None:
    assert said(machine, home, f"echo '{ONE.version}'; echo 'be warned' >&2") == Said(
        exit=0, text=ONE.version, why="be warned"
    )
    assert look(machine, home, f"echo '{ONE.version}'").current == ONE.version
    assert look(machine, home, "").said is None


@pytest.mark.parametrize(
    ("asks", "exit", "why"),
    [
        ("echo 1.0; echo 'no package shop' >&2; exit 1", 1, "no package shop"),
        ("echo first >&2; echo last >&2; false", 1, "last"),
        ("true", 0, ""),
        ("cat; exit 3", 3, ""),
    ],
)
def test_whoever_fails_or_says_nothing_runs_nothing(
    machine: Machine, home: Home, asks: str, exit: int, why: str
) -> None:
    answer = said(machine, home, asks)
    assert (answer.exit, answer.version, answer.why) == (exit, "", why)
    assert str(answer) == (f"nothing ({why})" if why else "nothing")
    assert not look(machine, home, asks).current


def test_a_command_that_is_not_there_is_told_from_one_that_fails(machine: Machine, home: Home) -> None:
    assert said(machine, home, "no-such-program").exit == 127


def test_several_lines_are_no_version_and_nothing_else_either(machine: Machine, home: Home) -> None:
    state = look(machine, home, "printf '1.0\\nmark r1\\rout by r2\\n'")
    assert state.said and state.said.version == "1.0\tmark r1\tout by r2"
    assert not state.marks and not state.note


def test_what_zdd_installed_is_known_as_long_as_the_host_says_that_version(machine: Machine, home: Home) -> None:
    ok(machine, commands.keep(home, ONE))
    known = look(machine, home, f"echo '{ONE.version}'")
    assert known.runs(ONE) and known.complete and known.current == ONE.name
    other = look(machine, home, f"echo '{TWO.version}'")
    assert not other.runs(ONE) and not other.runs(TWO) and other.current == TWO.version
    assert other.complete, "it is what it is"


def test_its_record_comes_with_it(machine: Machine, home: Home) -> None:
    kept = Path(home.record(ONE.name))
    kept.parent.mkdir(parents=True)
    kept.write_text(record.text(ONE))
    ok(machine, commands.keep(home, ONE))
    assert Found.now(look(machine, home, f"echo '{ONE.version}'")).record == ONE
    assert Found.now(look(machine, home, f"echo '{TWO.version}'")).record is None


def test_it_can_be_forgotten(machine: Machine, home: Home) -> None:
    assert ok(machine, commands.forget(home)).strip() == "unchanged"
    ok(machine, commands.keep(home, ONE))
    assert ok(machine, commands.forget(home)) == ""
    assert not look(machine, home, f"echo '{ONE.version}'").runs(ONE)


def test_it_can_say_whether_a_version_is_to_be_had(machine: Machine) -> None:
    assert machine.run(commands.available("1.1", "echo ' 1.1 ' | grep -qF ' 1.1 '")).ok
    refused = machine.run(commands.available("1.1", "cat; echo gone >&2; exit 5"))
    assert (refused.exit, refused.last_words) == (5, "gone")


def test_old_records_and_what_they_alone_name_go(machine: Machine, home: Home) -> None:
    names = [f"1:{n}-{n}{n}" for n in range(5)]
    for folder in ("releases", "files", "kept/run1", "kept/run2", "kept/run3"):
        (Path(home.folder) / folder).mkdir(parents=True)
    for age, name in enumerate(names):
        path = Path(home.record(name))
        path.write_text(f'"digest":"of {name}"')
        os.utime(path, (age, age))
        Path(home.file(f"of {name}")).write_text("content")
    assert ok(machine, commands.prune(home.folder, 2, [names[0]])).split() == [names[2], names[1]]
    left = {names[0], names[3], names[4]}
    assert {path.stem for path in (Path(home.folder) / "releases").iterdir()} == left
    assert {path.name for path in (Path(home.folder) / "files").iterdir()} == {f"of {name}" for name in left}
    assert len(list((Path(home.folder) / "kept").iterdir())) == 2

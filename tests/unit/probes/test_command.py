"""Whatever a command prints that is no number is unknown, and unknown is never idle."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.steps.fakes import FakeSession
from zdd.errors import Failed
from zdd.model import ProbeSpec
from zdd.probes import Host
from zdd.probes.command import CommandKeys, CommandProbe
from zdd.transport import Result


def probe(session: FakeSession, written: Any = "jobs-in-hand") -> CommandProbe:
    options = CommandKeys.model_validate(written).model_dump(mode="json")
    host = Host(name="web1", address="10.0.0.1", session=lambda: session, service=None, user="shop")  # type: ignore[arg-type]
    return CommandProbe(ProbeSpec(kind="command", options=options), host)


def prints(out: str, exit: int = 0) -> FakeSession:
    return FakeSession(probe__busy=Result(exit=exit, out=out))


@pytest.mark.parametrize(("out", "number"), [("0\n", 0), (" 3 \n", 3), ("007", 7), ("12\n\n", 12)])
def test_a_number_is_how_much_is_in_hand(out: str, number: int) -> None:
    assert probe(prints(out)).busy() == number


@pytest.mark.parametrize("out", ["", "\n", "-1", "1.5", "0 jobs", "none", "0\n0", "0x0", "٣", "+0"])
def test_anything_else_is_unknown(out: str) -> None:
    assert probe(prints(out)).busy() is None


def test_a_zero_from_a_command_that_failed_is_unknown() -> None:
    assert probe(prints("0\n", exit=1)).busy() is None


def test_it_is_one_line_for_a_shell_of_its_own_as_the_hosts_user() -> None:
    probe(session := prints("0"), "echo 'a b'; exit 0").busy()
    (command,) = session.ran
    assert command.script == """sh -c 'echo '"'"'a b'"'"'; exit 0'\n"""
    assert (command.become, command.changes, command.timeout) == ("shop", False, 10.0)


def test_quiesce_and_resume_are_changes_where_they_are_written() -> None:
    one = probe(session := FakeSession(), {"command": "c", "quiesce": "q", "resume": "r"})
    one.quiesce()
    one.resume()
    assert [(c.verb, c.script, c.changes) for c in session.ran] == [
        ("probe.quiesce", "sh -c q\n", True),
        ("probe.resume", "sh -c r\n", True),
    ]


def test_without_them_nothing_is_said() -> None:
    one = probe(session := FakeSession())
    one.quiesce()
    one.resume()
    assert session.ran == []


def test_a_quiesce_that_fails_is_said() -> None:
    session = FakeSession(probe__quiesce=Result(exit=3, err="no such queue"))
    with pytest.raises(Failed, match="quiesce: `q`: exit 3") as caught:
        probe(session, {"command": "c", "quiesce": "q"}).quiesce()
    assert (caught.value.cause, caught.value.output) == ("environment", "no such queue")


def test_preflight_asks_it_once() -> None:
    assert not list(probe(prints("4")).check())
    [finding] = probe(FakeSession(probe__busy=Result(exit=127, err="sh: jobs-in-hand: not found"))).check()
    assert "tells no number: exit 127, it said sh: jobs-in-hand: not found" in finding.what
    assert not finding.warning


@pytest.mark.parametrize("written", ["", {}, {"command": "c", "spacing": "50ms"}, {"command": "c", "every": "1s"}])
def test_keys_fail_closed(written: Any) -> None:
    with pytest.raises(ValidationError):
        CommandKeys.model_validate(written)

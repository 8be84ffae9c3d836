"""A reboot: by the boot id, which is left on the host, and never twice."""

from pathlib import Path

import pytest

from tests.unit.steps.fakes import FakeSession, site, task
from tests.unit.steps.machine import Machine
from zdd.errors import Failed, Lost, Unreachable
from zdd.steps import reboot as step
from zdd.steps.place import Home
from zdd.steps.reboot import REBOOT
from zdd.transport import Command, Result

SAME, AGAIN = Result(exit=0), Result(exit=0, out="rebooted\n")


class Booting:
    """What a host says when it is asked: its answers one after the other; the last one stays."""

    def __init__(self, *answers: Result | Exception) -> None:
        self.answers = list(answers)

    def __call__(self, command: Command) -> Result:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_it_waits_until_the_host_answers_with_another_boot_id() -> None:
    session = FakeSession(reboot__seen=Booting(SAME, Lost("gone"), Unreachable("refused"), SAME, AGAIN))
    where = site(session=session)
    assert REBOOT.act(where, task("reboot", part="change")).status == "ok"
    assert session.verbs == ["reboot", *["reboot.seen"] * 5]


def test_a_host_that_went_before_it_could_answer_has_been_told() -> None:
    session = FakeSession(reboot=Lost("the connection is gone"), reboot__seen=Booting(Lost("gone"), AGAIN))
    assert REBOOT.act(site(session=session), task("reboot", part="change")).status == "ok"


def test_one_that_does_not_come_back_is_unknown_and_one_that_never_went_has_failed() -> None:
    args = {"deadline": 30.0}
    with pytest.raises(Lost, match="does not answer 30 s after its reboot"):
        REBOOT.act(site(session=FakeSession(reboot__seen=Lost("gone"))), task("reboot", part="change", args=args))
    with pytest.raises(Failed, match="did not reboot in 30 s"):
        REBOOT.act(site(session=FakeSession(reboot__seen=SAME)), task("reboot", part="change", args=args))


def test_where_none_is_needed_nothing_is_done() -> None:
    session = FakeSession()
    args = {"unless": "! test -e /run/reboot-required"}
    assert REBOOT.act(site(session=session), task("reboot", part="change", args=args)).status == "unchanged"
    assert session.verbs == ["reboot.look"]


@pytest.fixture
def calm(machine: Machine, tmp_path: Path) -> Machine:
    """A machine that only notes that it would reboot."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "systemctl").write_text(f"#!/bin/sh\necho \"$*\" >> '{tmp_path}/went'\n")
    (tools / "systemctl").chmod(0o755)
    machine.path = f"{tools}:{machine.path}"
    return machine


def test_what_was_to_be_rebooted_is_left_on_the_host(calm: Machine, tmp_path: Path) -> None:
    home = Home(str(tmp_path / "zdd's state"), "shop@test")
    assert calm.run(step.reboot(home, "boot.1")).ok
    note = Path(home.folder) / "boot.1"
    assert note.read_text() == Path(step.BOOT).read_text().strip()
    assert calm.run(step.rebooted(home, "boot.1")).out == ""
    note.write_text("another boot")
    assert calm.run(step.rebooted(home, "boot.1")).out == "rebooted\n"
    assert calm.run(step.reboot(home, "boot.1")).out == "rebooted\n", "it has happened: not again"
    assert calm.run(step.rebooted(home, "boot.2")).out == "", "another task's reboot is none of ours"

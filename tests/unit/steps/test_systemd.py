"""What a unit's control group says of its processes, also while it goes."""

from pathlib import Path

import pytest

from tests.unit.steps.machine import Machine
from zdd.steps.services.systemd import Systemd
from zdd.transport import Command

PROCESSES = Systemd({}).processes("shop-worker")


@pytest.fixture
def unit(tmp_path: Path) -> Machine:
    """One whose control group is this machine's own root, and which fails to be read as often as a file says. Not with
    BusyBox, whose shell takes its own `find` before any other."""
    machine = Machine()
    tools = tmp_path / "tools"
    tools.mkdir()
    left = tmp_path / "left"
    find = f"n=$(cat {left})\n[ $n = 0 ] && echo 4711 && exit\necho $((n - 1)) >{left}\nexit 1"
    stubs = {"systemctl": "echo /", "find": find}
    for name, body in stubs.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    machine.path = f"{tools}:{machine.path}"
    left.write_text("0")
    if machine.run(Command(verb="find", script="find")).out.split() != ["4711"]:
        pytest.skip("the shell of busybox-static takes its own `find` before any on the PATH")
    return machine


def test_a_group_that_went_while_it_was_read_is_read_anew(unit: Machine, tmp_path: Path) -> None:
    (tmp_path / "left").write_text("2")
    said = unit.run(PROCESSES)
    assert (said.exit, said.out.split()) == (0, ["4711"])


def test_one_that_can_never_be_read_is_not_taken_for_idle(unit: Machine, tmp_path: Path) -> None:
    (tmp_path / "left").write_text("99")
    said = unit.run(PROCESSES)
    assert said.exit == 1 and "cannot be read" in said.err


def test_a_unit_without_a_group_has_no_processes(unit: Machine, tmp_path: Path) -> None:
    (tmp_path / "tools/systemctl").write_text("#!/bin/sh\necho\n")
    assert unit.run(PROCESSES).out.split() == []

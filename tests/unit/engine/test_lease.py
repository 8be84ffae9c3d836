"""The lease on real files, changed by the real scripts; time is held in the hand."""

import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from zdd.engine.lease import Lease, Place, owner, owner_is_dead
from zdd.errors import LeaseHeld, LeaseLost, Lost, Unreachable
from zdd.transport import Channel, Command, Result
from zdd.transport.lease_file import LeaseRecord, parse, swap

OTHER = LeaseRecord(run="run-9", owner="ops@elsewhere pid 1 since 2 boot another", epoch=7, reason="by hand")


class Machine:
    """A machine that is this one, with a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.reached = folder, True

    @property
    def name(self) -> str:
        return self.folder.name

    def run(self, command: Command) -> Result:
        if not self.reached:
            raise Unreachable(f"{self.name} is not there")
        done = subprocess.run(["sh", "-c", command.script], capture_output=True, text=True)
        return Result(exit=done.returncode, out=done.stdout, err=done.stderr)

    def upload(self, source: Path | bytes, target: str, *, sha256: str, mode: str = "0600", become: str = "") -> None:
        raise NotImplementedError

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        raise NotImplementedError


class HeldClock:
    """Time passes when somebody sleeps, and `meanwhile` happens."""

    def __init__(self) -> None:
        self.time = 0.0
        self.meanwhile: Callable[[], None] = lambda: None

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.meanwhile()


@pytest.fixture
def machines(tmp_path: Path) -> list[Machine]:
    for name in ("lb1", "lb2", "lb3"):
        (tmp_path / name).mkdir()
    return [Machine(tmp_path / name) for name in ("lb1", "lb2", "lb3")]


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


def lease(machines: list[Machine], clock: HeldClock) -> Lease:
    places = [Place(m.name, str(m.folder / "shop@test"), partial(lambda machine: machine, m)) for m in machines]
    return Lease("shop@test", places, clock)


def put(machine: Machine, new: LeaseRecord | None, old: LeaseRecord | None = None) -> None:
    assert machine.run(swap(str(machine.folder / "shop@test"), old, new)).ok


def there(machine: Machine) -> LeaseRecord | None:
    file = machine.folder / "shop@test" / "lease"
    return parse(file.read_text()) if file.exists() else None


def test_it_is_taken_everywhere_and_given_back(machines: list[Machine], clock: HeldClock) -> None:
    mine = lease(machines, clock)
    assert mine.take("run-1", "deploy 1.1") == 1
    assert [there(m) for m in machines] == [mine.mine[m.name] for m in machines]
    mine.release()
    assert [there(m) for m in machines] == [None, None, None]


def test_a_machine_remembers_an_epoch_that_was_leased_and_never_used_on_it(
    machines: list[Machine], clock: HeldClock
) -> None:
    """The hosts may have seen it: the next one must not be lower."""
    first = lease(machines, clock)
    epoch = first.take("run-1", "deploy")
    first.release()
    assert lease(machines, clock).take("run-2", "deploy") > epoch


def test_machines_that_know_nothing_begin_above_what_hosts_saw_under_others(
    machines: list[Machine], clock: HeldClock, tmp_path: Path
) -> None:
    clock.time = 1000.0
    replaced = lease(machines, clock).take("run-1", "deploy")
    clock.time = 1060.0
    (tmp_path / "new").mkdir()
    assert lease([Machine(tmp_path / "new")], clock).take("run-2", "deploy") > replaced


def test_every_taking_has_a_higher_epoch_than_any_machine_has_seen(machines: list[Machine], clock: HeldClock) -> None:
    folder = machines[1].folder / "shop@test"
    folder.mkdir()
    (folder / "epoch").write_text("41\n")
    assert lease(machines, clock).take("run-1", "") == 42


def test_who_still_renews_is_not_taken_over(machines: list[Machine], clock: HeldClock) -> None:
    put(machines[0], OTHER)
    beats = [OTHER]

    def beat() -> None:
        new = LeaseRecord(run="run-9", owner=OTHER.owner, epoch=7, beat=beats[-1].beat + 1, reason="by hand")
        put(machines[0], new, beats[-1])
        beats.append(new)

    clock.meanwhile = beat
    with pytest.raises(LeaseHeld, match="shop@test is held by run run-9 of ops@elsewhere pid 1: by hand"):
        lease(machines, clock).take("run-1", "")
    assert there(machines[1]) is None


def test_a_holder_whose_beat_stands_still_is_gone(machines: list[Machine], clock: HeldClock) -> None:
    put(machines[0], OTHER)
    assert lease(machines, clock).take("run-1", "") > 7
    assert clock.time >= 20.0


def test_a_dead_process_of_this_machine_is_not_waited_for(machines: list[Machine], clock: HeldClock) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    words = owner().split()
    words[2], words[4] = str(dead.pid), "1"
    put(machines[0], LeaseRecord(run="run-9", owner=" ".join(words), epoch=3))
    lease(machines, clock).take("run-1", "")
    assert clock.time == 0.0 and not owner_is_dead(owner())


def test_of_two_at_once_one_has_it(machines: list[Machine], clock: HeldClock) -> None:
    first, second = lease(machines, clock), lease(machines, clock)
    seen = second.look()
    first.take("run-1", "")
    with pytest.raises(LeaseHeld, match="held by run run-1"):
        second._write("run-2", "", seen)
    first.renew()


def test_whoever_was_taken_over_hears_of_it(machines: list[Machine], clock: HeldClock) -> None:
    mine = lease(machines, clock)
    mine.take("run-1", "")
    other = lease(machines, clock)
    other.take("run-2", "", steal=True)
    with pytest.raises(LeaseLost, match="held by run run-2"):
        mine.renew()
    mine.release()
    assert there(machines[0]) == other.mine["lb1"], "what is not ours any more stays"


def test_a_majority_is_enough_and_less_is_not(machines: list[Machine], clock: HeldClock) -> None:
    machines[2].reached = False
    mine = lease(machines, clock)
    assert mine.take("run-1", "") == 1
    mine.renew()
    machines[1].reached = False
    with pytest.raises(Lost, match="1 of 3 machines"):
        lease(machines, clock).take("run-2", "")


def test_one_that_is_lost_between_the_look_and_the_word_keeps_no_majority_away(
    machines: list[Machine], clock: HeldClock
) -> None:
    mine = lease(machines, clock)
    seen = mine.look()
    machines[0].reached = False
    assert mine._write("run-1", "", seen) == mine.epoch > 0
    machines[1].reached = False
    with pytest.raises(Lost, match=r"could not be written: lb1: .*; lb2: "):
        lease(machines, clock)._write("run-2", "", dict.fromkeys(("lb1", "lb2"), (0, None)))


def test_a_reason_is_one_line_and_needs_no_quoting(machines: list[Machine], clock: HeldClock) -> None:
    lease(machines, clock).take("run-1", 'it\'s\n"broken" $(rm -rf /) `x`')
    found = there(machines[0])
    assert found and found.reason == 'it\'s "broken" $(rm -rf /) `x`'


def test_what_a_machine_says_when_it_can_not_be_written_is_said(machines: list[Machine], clock: HeldClock) -> None:
    for machine in machines:
        (machine.folder / "shop@test").write_text("a file where its folder should be")
    with pytest.raises(Lost, match=r"could not be written: lb1: .*shop@test cannot be made: zdd host prepare.*; lb2: "):
        lease(machines, clock).take("run-1", "")

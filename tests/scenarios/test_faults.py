"""One fault at every place where it could strike."""

import pytest

from tests.scenarios.case import Case, Make
from tests.scenarios.fleets import BLIND, case, fleet, two_plays
from tests.scenarios.sweeps import break_everything, crash_everywhere, goal, healed, lose_everything, places
from tests.scenarios.universe import Host, Universe
from zdd.config.recipe import Written
from zdd.model import Event, Task

NOTE = (Written(step="echo"),)


def six() -> Case:
    return case(fleet(6, racks=3, held=("web6",)), batches=(1, 3), width=2, min_serving=3, apart=True)


def three() -> Case:
    return case(fleet(3), batches=(1,), before=NOTE, after=NOTE, probes=True)


def by_rack() -> Case:
    return case(fleet(4, racks=2), by=True, width=2, min_serving=2, pause=5.0)


def two() -> Case:
    return two_plays(fleet(4), ("web1", "web2"), ("web3", "web4"), batches=(1,))


def single() -> Case:
    return case(fleet(1), batches=(1,), min_serving=0)


def first_ever() -> Case:
    return case(Universe([Host(f"web{n}", disk=set(), current="", running="") for n in (1, 2)]), batches=(1,))


def half_down() -> Case:
    universe = fleet(4)
    universe.hosts["web4"].running = ""
    return case(universe, batches=(1,), min_serving=2)


def unbalanced() -> Case:
    return case(fleet(3, balancers=0), batches=(1,))


FLEETS = [six, three, by_rack, two, single, first_ever, half_down, unbalanced]
FEW = [six, three, first_ever]


@pytest.mark.parametrize("make", FLEETS)
def test_it_is_killed_anywhere_and_resumed(make: Make) -> None:
    assert crash_everywhere(make, 7, 0) > 10


@pytest.mark.parametrize("make", FEW)
def test_it_is_killed_again_inside_the_resume(make: Make) -> None:
    for again in (11, 37):
        assert crash_everywhere(make, 23, 0, again=again) > 3


@pytest.mark.parametrize("make", FLEETS)
def test_any_task_fails(make: Make) -> None:
    assert break_everything(make, 0, 4, 20, 21, 23) > 10


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("make", FEW)
def test_the_connection_dies_at_any_task(make: Make, when: str) -> None:
    assert lose_everything(make, when, 0, 20, 21) > 10


@pytest.mark.parametrize("make", FEW)
def test_a_failed_deploy_is_killed_while_it_reverts(make: Make) -> None:
    """The last host's health fails, so that all of them go back; the process dies anywhere on the way."""

    def failing() -> Case:
        it = make()
        last = it.hosts[-1] if it.hosts[-1] not in it.universe.held else it.hosts[-2]
        it.universe.breaks = lambda task: task.step == "health" and task.host == last and "revert" not in task.id
        return it

    plain = failing()
    plain.check(plain.go(), 21, 20, 23)
    for point in places(failing, 13):
        it = failing()
        it.go(crash_at=point)
        it.check(it.go(), 21, 20, 23)
        healed(it)


@pytest.mark.parametrize("make", FEW)
def test_a_killed_run_is_reverted_by_hand(make: Make) -> None:
    for point in places(make, 17):
        it = make()
        it.go(crash_at=point)
        it.universe.store.ask("revert")
        it.check(it.go(), 0)
        assert all(it.universe.hosts[h].current in ("old", "") for h in it.hosts), point


@pytest.mark.parametrize("make", [six, three])
def test_a_finished_run_is_reverted_by_hand(make: Make) -> None:
    it = make()
    it.check(it.go(), 0)
    it.universe.store.ask("revert")
    it.check(it.go(), 0)
    assert {it.universe.hosts[h].current for h in it.hosts} == {"old"}


@pytest.mark.parametrize("make", FEW)
def test_another_controller_takes_over_anywhere(make: Make) -> None:
    """The old one changes nothing from then on, and says so (24); the new one carries on."""
    for point in places(make, 29):
        it = make()
        old, box = it.start()

        def take(count: int, it: Case = it, point: int = point) -> None:
            if count == point:
                it.universe.store.take()

        old.on_point = take
        it.finish(old)
        assert box.get("code") in (24, 0), point
        it.check(it.go(), *goal(it))


@pytest.mark.parametrize("make", FEW)
def test_the_journal_can_not_be_written(make: Make) -> None:
    total = len(_events(make))
    for number in range(1, total, 9):
        it = make()

        def full(event: Event, it: Case = it, number: int = number) -> bool:
            return len(it.universe.store.events) >= number

        it.universe.store.breaks = full
        assert it.go() == 20
        healed(it)


@pytest.mark.parametrize("make", [six, three])
def test_a_balancer_forgets_every_drain(make: Make) -> None:
    for point in places(make, 19):
        it = make()
        process, box = it.start()

        def forget(count: int, it: Case = it, point: int = point) -> None:
            if count == point:
                it.universe.reload()

        process.on_point = forget
        it.finish(process)
        it.check(box.get("code"), 0, 20)
        healed(it)


@pytest.mark.parametrize("lb", ["lb1", "lb2"])
@pytest.mark.parametrize("verb", ["drain", "maint", "ready"])
@pytest.mark.parametrize("make", [six, three])
def test_a_balancer_refuses(make: Make, verb: str, lb: str) -> None:
    for host in make().hosts:
        it = make()

        def refused(balancer: str, what: str, name: str, host: str = host) -> bool:
            return (balancer, what, name) == (lb, verb, host)

        it.universe.refuses = refused
        it.check(it.go(), 20, 0)
        other = "lb1" if lb == "lb2" else "lb2"
        assert host in it.out_before or it.universe.admin(other, host) == "ready", "one refuses for itself alone"
        assert verb == "ready" or not it.universe.out() - it.out_before, "what was not changed is put back everywhere"
        healed(it)


@pytest.mark.parametrize("make", [six, three])
def test_a_balancer_dies_anywhere(make: Make) -> None:
    for point in places(make, 31):
        it = make()
        process, box = it.start()

        def die(count: int, it: Case = it, point: int = point) -> None:
            if count == point:
                it.universe.dead_balancers = {"lb1"}

        process.on_point = die
        it.finish(process)
        assert box.get("code") in (0, 20), point
        healed(it)


@pytest.mark.parametrize("make", FEW)
def test_a_host_is_lost_anywhere(make: Make) -> None:
    for point in places(make, 31):
        it = make()
        process, box = it.start()

        def lose(count: int, it: Case = it, point: int = point) -> None:
            if count == point:
                it.universe.unreachable = {"web2"}

        process.on_point = lose
        it.finish(process)
        assert box.get("code") in (0, 4, 20, 22), point
        healed(it)


@pytest.mark.parametrize("make", FEW)
def test_ctrl_c_anywhere(make: Make) -> None:
    """Whoever was changed is finished, whoever was not is put back; then `resume` goes on."""
    for point in places(make, 23):
        it = make()
        process, box = it.start()

        def press(count: int, it: Case = it, point: int = point) -> None:
            if count == point and it.engine:
                it.engine.run.interrupt(130)

        process.on_point = press
        it.finish(process)
        assert box.get("code") in (130, 0), point
        for host in it.hosts:
            assert it.universe.shut(host) is (host in it.universe.held), f"{host} is left out at point {point}"
        it.check(it.go(), 0)


@pytest.mark.parametrize("make", FEW)
def test_ctrl_c_twice_anywhere(make: Make) -> None:
    for point in places(make, 29):
        it = make()
        process, box = it.start()

        def press(count: int, it: Case = it, point: int = point) -> None:
            if count in (point, point + 3) and it.engine:
                it.engine.run.interrupt(130)

        process.on_point = press
        it.finish(process)
        assert box.get("code") in (130, 0), point
        it.check(it.go(), 0)


def test_what_nobody_can_see_waits_for_a_person() -> None:
    """A bare `run` whose connection died: unknown, until somebody says whether it happened."""
    for word, runs in (("done", 1), ("again", 2)):
        it = case(fleet(2), batches=(1,), deploy=BLIND)
        it.universe.loses = lambda task: "after" if task.id == "shop@test/web1/deploy.2" else ""
        it.check(it.go(), 20)
        assert it.universe.shut("web1"), "a changed host is never put back on a guess"
        it.universe.heal()
        it.check(it.go(), 20)
        it.universe.store.ask(word, "web1")
        assert it.go() == 0
        assert sum(it.universe.hosts["web1"].ran.values()) == runs


def _events(make: Make) -> list[Task]:
    it = make()
    it.go()
    return list(it.universe.store.events)  # type: ignore[arg-type]

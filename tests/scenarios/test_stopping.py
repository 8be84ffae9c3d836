"""R19, and how much may be out: who gives way, who is finished, and what is no progress."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.scenarios.case import Case
from tests.scenarios.fleets import case, fleet
from tests.scenarios.simulation import Crew, Process
from tests.scenarios.sweeps import places
from tests.scenarios.test_leaving import last_word, when
from zdd.config.recipe import Written
from zdd.errors import NotNow
from zdd.model import Task

ECHO = (Written(step="echo"),)


def press(it: Case) -> None:
    assert it.engine
    it.engine.run.interrupt(130)


def killed_in_the_middle(it: Case) -> None:
    """web1 is out, and half changed."""
    process, _ = it.start()
    it.universe.simulation.run(lambda: "web1 deploy.2" in it.steps())
    process.dead = True
    it.finish(process)


def after(it: Case, seconds: float, happens: object) -> None:
    def wait() -> None:
        it.universe.simulation.park(it.universe.simulation.time + seconds)
        happens()  # type: ignore[operator]

    it.universe.simulation.spawn(Process(), wait)


# ---- the first Ctrl-C


def test_ctrl_c_starts_no_other_host_and_finishes_the_changed_one() -> None:
    it = case(fleet(3), batches=(1,))
    when(it, "shop@test/web1/deploy.2", lambda: press(it))
    it.check(it.go(), 130)
    assert it.universe.hosts["web1"].running == "new" and "web1 steady" in it.steps()
    assert "web2 look" not in it.steps() and not it.universe.out()


def test_ctrl_c_puts_back_who_is_not_changed() -> None:
    it = case(fleet(3), batches=(1,))
    when(it, "shop@test/web1/idle", lambda: press(it))
    it.check(it.go(), 130)
    assert it.universe.hosts["web1"].current == "old" and not it.universe.hosts["web1"].mark
    assert not it.universe.out()


def test_ctrl_c_in_a_pause_waits_for_nothing() -> None:
    it = case(fleet(2), batches=(1,), pause=600.0)
    when(it, "shop@test//pause.2", lambda: press(it))
    it.check(it.go(), 130)
    events = it.universe.store.events
    assert events[-1].at - next(e.at for e in events if e.task.endswith("pause.2")) < 10.0


def test_who_was_never_looked_at_is_never_put_back() -> None:
    """An operator may have it out."""

    def make() -> Case:
        return case(fleet(4), batches=("100%",), width=2, min_serving=1)

    for point in places(make, 5):
        it = make()
        process, _ = it.start()
        process.on_point = lambda count, it=it, point=point: press(it) if count == point and it.engine else None
        it.finish(process)
        steps = it.steps()
        assert all(f"{h} look" in steps for h in it.hosts if f"{h} put-back.enable" in steps), point


def test_a_changed_host_that_must_wait_again_is_finished_all_the_same() -> None:
    it = case(fleet(3), batches=(1,))
    killed_in_the_middle(it)
    it.universe.stuck = {"web1"}
    after(it, 3.0, lambda: press(it))
    after(it, 7.0, it.universe.stuck.clear)
    it.check(it.go(), 130)
    assert it.universe.hosts["web1"].running == "new" and not it.universe.out()


def test_a_changed_host_that_never_gets_idle_is_not_put_back() -> None:
    it = case(fleet(3), batches=(1,))
    killed_in_the_middle(it)
    it.universe.stuck = {"web1"}
    it.check(it.go(), 20)
    assert it.universe.shut("web1") and it.universe.hosts["web1"].mark
    it.universe.heal()
    it.check(it.go(), 0)


def test_the_second_ctrl_c_waits_for_nobody() -> None:
    it = case(fleet(3), batches=(1,))

    def press_twice() -> None:
        press(it)
        press(it)

    when(it, "shop@test/web1/deploy.2", press_twice)
    it.check(it.go(), 130)
    assert "web1 health" not in it.steps() and it.universe.shut("web1")
    it.universe.heal()
    it.check(it.go(), 0)


# ---- how many, and for how long


def most_out(it: Case) -> int:
    out: set[str] = set()
    most = 0
    for event in it.universe.store.events:
        _, host, step = event.task.split("/") if event.task.count("/") == 2 else ("", "", "")
        if host and step == "drain" and event.kind == "task.started":
            out.add(host)
        if step == "steady" and event.kind == "task.ended":
            out.discard(host)
        most = max(most, len(out))
    return most


@pytest.mark.parametrize("width", [1, 2, 3])
def test_no_more_are_out_than_the_width_says(width: int) -> None:
    it = case(fleet(6), batches=("100%",), width=width, min_serving=1)
    it.check(it.go(), 0)
    assert most_out(it) == width


def test_who_yields_for_ever_is_no_progress() -> None:
    it = case(fleet(3), batches=(1,))

    def never(task: Task) -> bool:
        if task.step == "drain":
            raise NotNow("for ever")
        return False

    it.universe.breaks = never
    it.check(it.go(), 20)
    assert "web1 waits: it keeps yielding" in last_word(it)
    assert it.universe.simulation.time < 400.0


def test_a_dead_host_that_somebody_has_taken_out_is_not_the_releases() -> None:
    it = case(fleet(4), batches=(1,), min_serving=1)

    def mend() -> None:
        it.universe.hosts["web1"].alive = False
        for balancer in it.universe.places.values():
            balancer["web1"].admin = "maint"

    when(it, "shop@test/web2/health", mend)
    assert it.go() == 0


def test_broken_hosts_go_back_first_though_others_were_touched_later() -> None:
    it = case(fleet(4), batches=("100%",), width=2, min_serving=1)
    it.universe.sick = lambda host, release: (host, release) == ("web1", "new")
    it.check(it.go(), 21)
    back = next(e.plan for e in it.universe.store.events if e.plan and e.plan.direction == "revert")
    assert back.plays[0].batches[0].pipelines[0].host == "web1"


# ---- who starts, and who does not


def test_ctrl_c_before_a_host_is_looked_at_leaves_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads begin late here, so that it comes between the start of a host and its look: an operator may have it
    out."""

    def late(self: Crew, work: Callable[..., None], *args: Any) -> None:
        def begin() -> None:
            self._simulation.park(self._simulation.time + 3.0)
            work(*args)

        self._simulation.spawn(self._process, begin)

    monkeypatch.setattr(Crew, "spawn", late)
    it = case(fleet(3), batches=(1,))
    process, box = it.start()
    staged = [f"shop@test/web{n}/stage" for n in (1, 2, 3)]
    it.universe.simulation.run(lambda: all(it.state.tasks.get(id) == "ok" for id in staged) and in_flight(it, "look"))
    press(it)
    it.finish(process)
    it.check(box["code"], 130)
    assert not any("look" in step or "put-back" in step for step in it.steps())


def in_flight(it: Case, step: str) -> bool:
    return it.engine is not None and any(p.tasks[0].step == step for p in it.engine.run.in_flight.values())


def test_a_host_left_out_by_a_crash_does_not_start_after_ctrl_c() -> None:
    it = case(fleet(3), batches=(1,))
    killed_in_the_middle(it)
    begun = it.steps()
    process, box = it.start()
    process.on_point = lambda count: press(it) if count == 1 else None
    it.finish(process)
    it.check(box["code"], 130)
    assert it.steps() == begun
    it.check(it.go(), 0)


def test_ctrl_c_hides_no_failure() -> None:
    """The last host fails after it: the run turns back, and stops there."""
    it = case(fleet(2), batches=(1,))
    it.universe.sick = lambda host, release: (host, release) == ("web2", "new")
    when(it, "shop@test/web2/deploy.3", lambda: press(it))
    it.check(it.go(), 130)
    assert it.state.reverting
    it.check(it.go(), 21)


def test_two_that_yield_for_ever_are_no_progress_either() -> None:
    it = case(fleet(4), batches=("100%",), width=2, min_serving=1)

    def never(task: Task) -> bool:
        if task.step == "drain":
            raise NotNow("for ever")
        return False

    it.universe.breaks = never
    it.check(it.go(), 20)
    assert "it keeps yielding" in last_word(it)
    assert it.universe.simulation.time < 400.0


def test_all_who_were_left_out_come_home_before_an_earlier_batch_is_tried_again() -> None:
    """web1 could not be looked at. web2 and web3 hold the floor that it needs, both of them."""
    limited = ("web1", "web2", "web3", "web4", "web5")
    it = case(fleet(6), limited=limited, batches=(1, 2), width=2, min_serving=4, failure_budget=1)
    when(it, "shop@test/web1/look", lambda: it.universe.unreachable.add("web1"))
    process, _ = it.start()
    it.universe.simulation.run(lambda: {"web2 deploy.2", "web3 deploy.2"} <= set(it.steps()))
    process.dead = True
    it.finish(process)
    it.universe.heal()
    it.universe.hosts["web6"].alive = False
    it.check(it.go(), 0)

"""R3, R15, and the order of a run: staging, marks, plays, and what earlier runs left behind."""

from tests.scenarios.fleets import case, fleet, two_plays
from tests.scenarios.test_failures import sick_on_new
from tests.scenarios.test_leaving import last_word
from zdd.config.recipe import Written
from zdd.model import Drain
from zdd.plan.make import Emergency

ECHO = (Written(step="echo"),)


def test_every_play_is_staged_before_the_first_host_of_any_leaves() -> None:
    it = two_plays(fleet(4), ("web1", "web2"), ("web3", "web4"), batches=(1,))
    it.check(it.go(), 0)
    steps = it.steps()
    assert max(steps.index(f"web{n} stage") for n in range(1, 5)) < steps.index("web1 look")


def test_staging_that_fails_in_the_last_play_touches_nothing() -> None:
    it = two_plays(fleet(4), ("web1", "web2"), ("web3", "web4"), batches=(1,))
    it.universe.breaks = lambda task: task.id.endswith("web4/stage")
    it.check(it.go(), 4)
    assert not any(host.mark for host in it.universe.hosts.values())


def test_no_mark_goes_before_the_last_play_is_over() -> None:
    it = two_plays(fleet(4), ("web1", "web2"), ("web3", "web4"), batches=(1,))
    it.check(it.go(), 0)
    steps = it.steps()
    assert steps.index("web4 steady") < min(steps.index(f"web{n} unmark") for n in range(1, 5))


def test_a_failure_in_the_last_play_takes_back_the_first_with_its_marks() -> None:
    it = two_plays(fleet(4), ("web1", "web2"), ("web3", "web4"), batches=(1,))
    sick_on_new(it.universe, "web3")
    it.check(it.go(), 21)
    assert "web1 unmark" in it.steps() and "web1 prune" not in it.steps()


def test_a_held_host_that_was_prepared_waits_for_before_like_all() -> None:
    it = case(fleet(4, held=("web4",)), batches=(1,), min_serving=2, prepare=ECHO, before=ECHO)
    it.universe.breaks = lambda task: task.id.endswith("before.1")
    it.check(it.go(), 20)
    it.universe.heal()
    it.check(it.go(), 0)
    steps = it.steps()
    assert steps.index("web4 drain") > len(steps) - 1 - steps[::-1].index(" before.1")


def test_after_that_fails_halts_and_is_repeated() -> None:
    it = case(fleet(3), batches=(1,), after=ECHO)
    it.universe.breaks = lambda task: task.id.endswith("after.1")
    it.check(it.go(), 20)
    assert all(host.mark for host in it.universe.hosts.values()), "a run that is not over is marked"
    it.universe.heal()
    it.check(it.go(), 0)
    assert it.steps().count("web1 drain") == 1 and it.steps().count(" after.1") == 2


def test_a_host_with_the_mark_of_another_run_is_not_touched() -> None:
    universe = fleet(3)
    universe.hosts["web2"].mark = {"run": "run-0", "found": {}, "stood": {}}
    it = case(universe, batches=(1,))
    it.check(it.go(), 20)
    assert universe.hosts["web2"].mark == {"run": "run-0", "found": {}, "stood": {}}
    assert universe.hosts["web2"].running == "old" and "run-0" in last_word(it)


def test_the_next_deploy_takes_over_what_several_finished_runs_left_behind() -> None:
    universe = fleet(4)
    admin = dict.fromkeys(universe.places, "ready")
    for name, run in (("web1", "run-a"), ("web3", "run-b")):
        found = {"release": "old", "balancers": admin, "served": True, "held": False}
        universe.hosts[name].mark = {"run": run, "found": found, "stood": found}
        for places in universe.places.values():
            places[name].admin = "maint"
    it = case(universe, batches=(1,), min_serving=1, emergency=Emergency(adopts=("run-a", "run-b")))
    it.out_before = frozenset()
    it.check(it.go(), 0)
    assert not universe.out() and {host.running for host in universe.hosts.values()} == {"new"}


def test_a_run_that_takes_over_goes_back_to_what_the_first_had_found() -> None:
    universe = fleet(3)
    first = case(universe, batches=(1,))
    process, _ = first.start()
    universe.simulation.run(lambda: "web1 deploy.3" in first.steps())
    process.dead = True
    first.finish(process)
    universe.store.events.clear()
    other = case(universe, batches=(1,), run="run-2", emergency=Emergency(supersedes="run-1"))
    other.out_before = frozenset()
    other.check(other.go(), 0)
    universe.store.ask("revert")
    other.go()
    assert not universe.out(), "the found state is the first run's: every host served"


def test_the_limit_leaves_the_other_hosts_alone() -> None:
    it = case(fleet(4), limited=("web2",), batches=(1,))
    it.check(it.go(), 0)
    assert {step.partition(" ")[0] for step in it.steps()} == {"web2"}


def test_a_skipped_host_is_left_behind_and_named() -> None:
    it = case(fleet(4), batches=(1,), min_serving=1)
    it.universe.unreachable = {"web2"}
    it.check(it.go(), 4)
    it.universe.store.ask("skip", "web2")
    it.universe.unreachable = set()
    it.universe.hosts["web2"].alive = True
    it.check(it.go(), 23)
    assert last_word(it) == "web2 is skipped" and it.universe.hosts["web2"].running == "old"


def test_a_drain_is_undone_before_a_changed_host_goes_back() -> None:
    it = case(fleet(4), batches=("100%",), width=2, min_serving=1, drain=Drain(deadline=60.0))
    it.universe.stuck = {"web1"}
    process, _ = it.start()
    it.universe.simulation.run(lambda: {"web1 idle", "web2 deploy.2"} <= set(it.steps()))
    process.dead = True
    it.finish(process)
    it.universe.store.ask("revert")
    it.check(it.go(), 0)
    back = next(e.plan for e in it.universe.store.events if e.plan and e.plan.direction == "revert")
    assert back.plays[0].batches[0].pipelines[0].host == "web1"

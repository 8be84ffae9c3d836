"""The whole way of a rolling deploy: what happens when nothing goes wrong, and in which order."""

import pytest

from tests.scenarios.case import Case
from tests.scenarios.fleets import BLIND, case, fleet, recipe_of, seen_of, two_plays
from tests.scenarios.universe import Host, Universe
from zdd.config.recipe import Written
from zdd.errors import Invalid, Preflight
from zdd.model import Drain

ONE_HOST = [
    "look", "drain", "empty", "shut", "idle", "deploy.1", "deploy.2", "deploy.3", "health", "enable", "up", "steady",
]  # fmt: skip


def test_every_host_goes_the_way_of_one_host() -> None:
    it = case(fleet(3), batches=(1,))
    it.check(it.go(), 0)
    assert it.steps("web1") == ["web1 stage", *[f"web1 {step}" for step in ONE_HOST], "web1 unmark", "web1 prune"]


def test_all_hosts_have_the_release_before_the_first_one_leaves() -> None:
    it = case(fleet(3), batches=(1,))
    it.check(it.go(), 0)
    steps = it.steps()
    assert max(steps.index(f"web{n} stage") for n in (1, 2, 3)) < min(steps.index(f"web{n} drain") for n in (1, 2, 3))


def test_a_second_deploy_finds_nothing_to_do() -> None:
    universe = fleet(3)
    case(universe, batches=(1,)).go()
    universe.store.events.clear()
    again = case(universe, batches=(1,), run="run-2")
    again.check(again.go(), 0)
    assert "web1 drain" not in again.steps()


def test_a_batch_begins_when_the_one_before_is_in() -> None:
    it = case(fleet(6), batches=(1, 2), width=2)
    it.check(it.go(), 0)
    steps = it.steps()
    assert steps.index("web1 steady") < steps.index("web2 look") < steps.index("web4 look")
    assert steps.index("web3 look") < steps.index("web2 steady")


def test_the_window_slides_inside_of_a_batch() -> None:
    universe = fleet(4)
    slow = Drain(deadline=60.0)
    it = case(universe, batches=("100%",), width=2, drain=slow)
    universe.stuck = {"web1"}
    process, box = it.start()
    universe.simulation.run(lambda: "web4 steady" in it.steps())
    assert "web1 idle" in it.steps() and "web1 deploy.1" not in it.steps()
    universe.stuck = set()
    it.finish(process)
    it.check(box["code"], 0)


def test_a_held_host_is_deployed_and_stays_held() -> None:
    it = case(fleet(4, held=("web4",)), batches=(1,), min_serving=2)
    it.check(it.go(), 0)
    assert it.universe.hosts["web4"].running == "new"
    assert it.universe.out() == {"web4"}


def test_who_serves_nowhere_goes_first() -> None:
    universe = fleet(4)
    universe.hosts["web3"].running = ""
    it = case(universe, batches=(1,), min_serving=2)
    it.check(it.go(), 0)
    assert it.steps().index("web3 look") < it.steps().index("web1 look")


def test_neighbours_are_never_out_together() -> None:
    universe = fleet(6, racks=3)
    it = case(universe, batches=("100%",), width=5, min_serving=1, apart=True)
    it.check(it.go(), 0)  # the universe says Wrong if two of a rack are out at once


def test_a_batch_per_value_of_a_variable() -> None:
    it = case(fleet(4, racks=2), by=True, width=2)
    it.check(it.go(), 0)
    steps = it.steps()
    assert max(steps.index("web1 steady"), steps.index("web3 steady")) < min(
        steps.index("web2 look"), steps.index("web4 look")
    )


def test_there_is_a_pause_between_batches() -> None:
    it = case(fleet(2), batches=(1,), pause=30.0)
    it.check(it.go(), 0)
    events = it.universe.store.events
    ended = next(e.at for e in events if e.task.endswith("web1/steady") and e.kind == "task.ended")
    began = next(e.at for e in events if e.task.endswith("web2/drain"))
    assert began - ended >= 30.0


def test_before_and_after_are_done_once() -> None:
    note = (Written(step="echo"),)
    it = case(fleet(3), batches=(1,), before=note, after=note)
    it.check(it.go(), 0)
    steps = it.steps()
    assert steps.index(" before.1") < steps.index("web1 drain") and steps.index("web3 steady") < steps.index(" after.1")


def test_prepare_is_done_while_a_host_serves_and_leaves_its_mark() -> None:
    it = case(fleet(3), batches=(1,), prepare=(Written(step="echo"),))
    it.check(it.go(), 0)
    assert it.steps().index("web3 prepare.1") < it.steps().index("web1 drain")


def test_two_plays_are_one_run() -> None:
    it = two_plays(fleet(6), ("web1", "web2", "web3"), ("web4", "web5", "web6"), batches=(1,))
    it.check(it.go(), 0)
    assert it.steps().index("web3 steady") < it.steps().index("web4 drain")


def test_one_host_alone_with_the_floor_written() -> None:
    it = case(fleet(1), batches=(1,), min_serving=0)
    it.check(it.go(), 0)


def test_one_host_alone_is_refused_while_it_serves() -> None:
    with pytest.raises(Invalid, match="write min_serving: 0"):
        case(fleet(1), batches=(1,))


def test_a_first_deployment_ever() -> None:
    universe = Universe([Host(f"web{n}", disk=set(), current="", running="") for n in (1, 2, 3)])
    it = case(universe, batches=(1,))
    it.check(it.go(), 0)
    assert universe.serving() == {"web1", "web2", "web3"}


def test_one_new_empty_host_among_old_ones() -> None:
    universe = Universe([Host("web1"), Host("web2"), Host("web3", disk=set(), current="", running="")])
    it = case(universe, batches=(1,), min_serving=1)
    it.check(it.go(), 0)


def test_a_fleet_half_down_that_no_deploy_could_leave_is_a_finding() -> None:
    universe = fleet(4, held=("web3", "web4"))
    with pytest.raises(Preflight, match="2 of 4 hosts serve, 2 must"):
        case(universe, batches=(1,), min_serving=2)


def test_maintenance_is_never_already_done() -> None:
    universe = fleet(3)
    for run in ("run-1", "run-2"):
        universe.store.events.clear()
        it = case(universe, batches=(1,), maintenance=True, run=run)
        assert it.go() == 0
        assert "web1 deploy.2" in it.steps()


def test_sticky_clients_come_until_it_is_shut() -> None:
    universe = fleet(3)
    universe.sticky = True
    it = case(universe, batches=(1,))
    it.check(it.go(), 0)


def test_jobs_are_awaited_and_a_probe_that_cannot_tell_is_not_idle() -> None:
    universe = fleet(3)
    universe.hosts["web1"].jobs = None
    it = case(universe, batches=(1,), probes=True)
    it.check(it.go(), 20)
    assert not universe.out() and not universe.hosts["web1"].quiesced


def test_without_balancers_who_passes_its_checks_serves() -> None:
    it = case(fleet(3, balancers=0), batches=(1,))
    it.check(it.go(), 0)


def test_a_plan_without_a_way_back_is_refused() -> None:
    universe = fleet(2)
    recipe = recipe_of(universe, batches=(1,))
    assert seen_of(universe, recipe)["web1"].record
    universe.hosts["web1"].current = "by hand"
    with pytest.raises(Preflight, match="no way back to by hand"):
        case(universe, batches=(1,))


__all__ = ["BLIND", "Case"]

"""R4, R5, R8: who may leave, who goes first, and whom nobody counts."""

from collections.abc import Callable, Iterator

import pytest

from tests.scenarios.case import Case
from tests.scenarios.fleets import case, fleet
from tests.scenarios.universe import Host, Universe
from zdd.balancers import Member
from zdd.errors import Preflight
from zdd.model import Task


def when(it: Case, task_id: str, happens: object) -> None:
    """Something happens in the world as that task begins."""

    def watch(task: Task) -> bool:
        if task.id == task_id:
            happens()  # type: ignore[operator]
        return False

    it.universe.breaks = watch


def die(it: Case, *hosts: str) -> None:
    for host in hosts:
        it.universe.hosts[host].alive = False


def last_word(it: Case) -> str:
    return it.universe.store.events[-1].detail


# ---- the floor


def test_a_host_at_part_weight_needs_the_floor_like_any_other() -> None:
    universe = fleet(4)
    universe.weak = {"web1"}
    it = case(universe, batches=(1,), min_serving=2)
    when(it, "shop@test/web1/look", lambda: die(it, "web2", "web3"))
    it.check(it.go(), 20)
    assert "web1 waits: 1 would serve, at least 2 must" in last_word(it)


def test_a_host_at_part_weight_is_no_canary_that_serves_nowhere() -> None:
    universe = fleet(4)
    universe.weak, universe.hosts["web3"].running = {"web1"}, ""
    it = case(universe, batches=(1,), min_serving=1)
    zero = [batch for batch in it.plan.plays[0].batches if batch.zero]
    assert [pipeline.host for batch in zero for pipeline in batch.pipelines] == ["web3"]


def test_a_fleet_that_the_partly_serving_host_can_never_leave_is_a_finding() -> None:
    universe = fleet(3)
    universe.weak = {"web1", "web2"}
    with pytest.raises(Preflight, match="1 of 3 hosts serve, 2 must"):
        case(universe, batches=(1,))


def test_the_last_one_up_in_a_backend_stays() -> None:
    universe = fleet(4)
    universe.backends = {"web3": "api", "web4": "api"}
    it = case(universe, batches=(1,), min_serving=2)
    when(it, "shop@test/web1/look", lambda: die(it, "web2"))
    it.check(it.go(), 20)
    assert "web1 waits: it is the last one up in shop on lb1" in last_word(it)


def test_the_floor_counts_the_hosts_that_the_limit_leaves_alone() -> None:
    it = case(fleet(6), limited=("web1", "web2"), batches=("100%",), width=2, min_serving=4)
    assert it.plan.plays[0].floor == 4
    it.check(it.go(), 0)
    assert {h for h, host in it.universe.hosts.items() if host.running == "new"} == {"web1", "web2"}


def test_below_the_floor_nobody_leaves_though_the_limit_has_but_one() -> None:
    it = case(fleet(4), limited=("web1",), batches=(1,))
    when(it, "shop@test/web1/look", lambda: die(it, "web3"))
    it.check(it.go(), 20)
    assert "web1 waits: 2 would serve, at least 3 must" in last_word(it)


def test_who_is_put_back_bears_no_mark_and_the_run_can_be_carried_on() -> None:
    it = case(fleet(3), batches=(1,))
    when(it, "shop@test/web2/look", lambda: die(it, "web3"))
    it.check(it.go(), 20)
    assert not it.universe.hosts["web2"].mark and "web2 waits" in last_word(it)
    it.universe.heal()
    it.check(it.go(), 0)


def test_without_balancers_a_sick_host_serves_nowhere_and_goes_first() -> None:
    universe = fleet(3, balancers=0)
    universe.hosts["web3"].running = ""
    it = case(universe, batches=(1,), min_serving=1)
    it.check(it.go(), 0)
    assert it.steps().index("web3 look") < it.steps().index("web1 look")


def test_between_the_check_and_the_drain_no_other_host_goes() -> None:
    """web1 asks while web2 is half out: lb1 has drained it, and lb2 refuses that and all that follows. What web1 read
    of lb1 a moment ago says that web2 serves, and web2 is no longer in flight when web1 asks."""
    it = case(fleet(4), limited=("web1", "web2"), batches=("100%",), width=2, min_serving=2)
    world = it.universe
    asked, read = list[str](), list[str]()

    def wait(seconds: float, ready: Callable[[], bool]) -> None:
        world.simulation.park(world.simulation.time + seconds, ready)

    def begin(task: Task) -> bool:
        if task.id == "shop@test/web1/drain":
            wait(60.0, lambda: bool(asked))
            read.append("")
        return False

    def refuse(balancer: str, verb: str, host: str) -> bool:
        if host == "web2" and not asked:
            asked.append(verb)
            die(it, "web3")
            wait(5.0, lambda: len(read) > 1)
        return host == "web2" and (balancer == "lb2" or verb == "ready")

    def members(balancer: str, look: Callable[[str], Iterator[Member]] = world.members) -> Iterator[Member]:
        if read and balancer == "lb2" and len(read) == 1:
            read.append(balancer)
            wait(30.0, lambda: it.engine is not None and "web2" not in it.engine.run.in_flight)
        return look(balancer)

    world.breaks, world.refuses, world.members = begin, refuse, members  # type: ignore[method-assign]
    it.check(it.go(), 20)
    assert len(read) == 2 and not world.shut("web1") and world.places["lb1"]["web1"].admin == "ready"


# ---- neighbours


def test_apart_looks_past_a_held_host_also_where_the_limit_leaves_it_out() -> None:
    it = case(fleet(4, racks=2, held=("web3",)), limited=("web1",), batches=(1,), min_serving=1, apart=True)
    it.check(it.go(), 0)
    assert it.universe.hosts["web1"].running == "new" and it.universe.out() == {"web3"}


def test_a_neighbour_that_another_run_has_out_counts() -> None:
    universe = fleet(4, racks=2)
    universe.hosts["web3"].mark = {"run": "run-0", "found": {}, "stood": {}}
    for places in universe.places.values():
        places["web3"].admin = "maint"
    it = case(universe, limited=("web1",), batches=(1,), min_serving=1, apart=True)
    it.check(it.go(), 20)
    assert "web1 waits: web3 is out, and they stay apart (r1)" in last_word(it)


# ---- held


def test_a_held_host_that_goes_back_is_held_again() -> None:
    it = case(fleet(4, held=("web4",)), batches=(1,), min_serving=2)
    it.check(it.go(), 0)
    it.universe.store.ask("revert")
    it.check(it.go(), 0)
    assert it.universe.out() == {"web4"} and it.universe.hosts["web4"].running == "old"


def test_a_host_that_zdd_itself_left_out_is_not_held_and_comes_in() -> None:
    universe = fleet(4)
    universe.hosts["web4"].note = "out by run-0"
    for places in universe.places.values():
        places["web4"].admin = "maint"
    it = case(universe, batches=(1,), min_serving=2)
    it.out_before = frozenset()
    it.check(it.go(), 0)
    assert not universe.out() and not universe.hosts["web4"].note


# ---- batch 0


def empty(count: int, *names: str) -> Universe:
    return Universe(
        [
            Host(f"web{n}", disk=set(), current="", running="") if f"web{n}" in names else Host(f"web{n}")
            for n in range(1, count + 1)
        ]
    )


def test_batch_0_keeps_the_width_and_is_never_asked_for_the_floor() -> None:
    it = case(empty(6, "web4", "web5", "web6"), batches=(1,), width=2, min_serving=2)
    zero = it.plan.plays[0].batches[1]
    assert (zero.name, zero.width) == ("batch 0", 2)
    it.check(it.go(), 0)


def test_percentages_are_of_the_selected_hosts_with_those_of_batch_0() -> None:
    it = case(empty(8, "web7", "web8"), batches=("25%",), min_serving=2)
    sizes = [len(batch.pipelines) for batch in it.plan.plays[0].batches if batch.name.startswith("batch")]
    assert sizes == [2, 2, 2, 2]


def test_batch_0_halts_when_its_first_hosts_fail_though_others_wait() -> None:
    it = case(empty(6, "web4", "web5", "web6"), batches=(1,), width=2, min_serving=2)
    it.universe.breaks = lambda task: task.host in ("web4", "web5") and task.id.endswith("deploy.3")
    it.check(it.go(), 20)
    assert "web4, web5" in last_word(it) and "web1 drain" not in it.steps()
    it.universe.heal()
    it.check(it.go(), 0)


def test_batch_0_goes_on_when_only_later_hosts_of_it_fail() -> None:
    it = case(empty(6, "web4", "web5", "web6"), batches=(1,), width=2, min_serving=2)
    it.universe.breaks = lambda task: task.host in ("web5", "web6") and task.id.endswith("deploy.3")
    it.check(it.go(), 23)
    assert last_word(it) == "web5 is left behind; web6 is left behind"
    assert it.universe.hosts["web5"].mark and not it.universe.hosts["web1"].mark
    it.universe.heal()
    it.check(it.go(), 0)


def test_a_skipped_host_does_not_save_batch_0() -> None:
    it = case(empty(6, "web4", "web5", "web6"), batches=(1,), width=2, min_serving=2)
    it.universe.store.ask("skip", "web4")
    it.universe.breaks = lambda task: task.host in ("web5", "web6") and task.step == "health"
    it.check(it.go(), 20)

"""R16: a balancer that is dead for good is left out, and the run is carried on, or taken back, by the others."""

from tests.scenarios.case import Case
from tests.scenarios.fleets import case, fleet
from tests.scenarios.sweeps import places
from tests.scenarios.test_leaving import last_word, when


def make() -> Case:
    return case(fleet(4, racks=2, held=("web4",)), batches=(1, 2), width=2, min_serving=2, apart=True)


def left_without(it: Case, balancer: str = "lb2") -> None:
    it.universe.store.ask("without-balancer", balancer)


def buried_at(it: Case, point: int) -> int | None:
    """The process's exit code, while lb2 dies at that point of it, the first being 0."""
    process, box = it.start()
    process.on_point = lambda count: it.universe.bury("lb2") if count == point + 1 else None
    it.finish(process)
    return box.get("code")


def test_a_run_that_halted_for_it_is_carried_on() -> None:
    it = make()
    when(it, "shop@test/web2/deploy.2", lambda: it.universe.bury("lb2"))
    it.check(it.go(), 20)
    it.universe.heal()
    assert it.go() == 20 and "lb2" in last_word(it), "by itself nothing gets better"
    left_without(it)
    it.check(it.go(), 0)
    assert it.universe.out() == {"web4"}


def test_wherever_it_died() -> None:
    for point in places(make, 11):
        it = make()
        assert buried_at(it, point) in (0, 20), point
        left_without(it)
        it.check(it.go(), 0)


def test_wherever_it_died_the_run_can_be_taken_back() -> None:
    for point in places(make, 11):
        it = make()
        buried_at(it, point)
        left_without(it)
        it.universe.store.ask("revert")
        it.check(it.go(), 0)
        assert all(host.running == "old" for host in it.universe.hosts.values()), point


def test_it_is_left_out_of_a_revert_that_it_has_halted() -> None:
    it = make()
    it.universe.sick = lambda host, release: (host, release) == ("web3", "new")
    when(it, "shop@test/web1/revert.deploy.2", lambda: it.universe.bury("lb2"))
    assert it.go() in (20, 22)
    it.universe.heal()
    left_without(it)
    it.check(it.go(), 21)


def test_the_way_on_after_a_single_hosts_revert_is_without_it_too() -> None:
    it = case(fleet(4), batches=(1,), failure_budget=1, min_serving=2)
    it.universe.sick = lambda host, release: (host, release) == ("web2", "new")
    when(it, "shop@test/web2/revert.deploy.2", lambda: it.universe.bury("lb2"))
    assert it.go() in (20, 22)
    it.universe.breaks = lambda task: False
    left_without(it)
    it.check(it.go(), 23)
    assert it.universe.hosts["web4"].running == "new" and it.universe.hosts["web2"].running == "old"

"""R12–R14: what a failure leads to, and in which order things are undone."""

from tests.scenarios.case import Case
from tests.scenarios.fleets import case, fleet, two_plays
from tests.scenarios.universe import Universe
from zdd.model import Drain, Task


def sick_on_new(universe: Universe, *hosts: str) -> None:
    universe.sick = lambda host, release: release == "new" and (host in hosts or not hosts)


def first(steps: list[str], what: str) -> int:
    return steps.index(what)


def test_a_check_that_failed_is_told_with_its_line() -> None:
    it = case(fleet(3), batches=(1,))
    sick_on_new(it.universe)
    it.check(it.go(), 21)
    [failed] = [event for event in it.universe.store.events if event.status == "failed"]
    assert failed.task.endswith("/health") and failed.data["origin"] == "shop.yml:30:5"


# ---- on_failure


def test_a_bad_release_goes_no_further_than_the_first_batch() -> None:
    it = case(fleet(6), batches=(1, 2), min_serving=3)
    sick_on_new(it.universe)
    it.check(it.go(), 21)
    assert "web2 drain" not in it.steps()


def test_it_halts_where_the_playbook_says_halt() -> None:
    it = case(fleet(3), batches=(1,), on_failure="halt")
    sick_on_new(it.universe)
    it.check(it.go(), 20)
    assert it.universe.out() == {"web1"} and it.universe.hosts["web1"].mark
    it.universe.heal()
    it.check(it.go(), 0)


def test_a_revert_begins_with_the_broken_host_and_goes_on_with_the_last_touched() -> None:
    it = case(fleet(4), batches=(1,))
    sick_on_new(it.universe, "web4")
    it.check(it.go(), 21)
    backs = [s.partition(" ")[0] for s in it.steps() if s.endswith("revert.look")]
    assert backs == ["web4", "web3", "web2", "web1"]


def test_plays_are_reverted_in_reverse_order() -> None:
    it = two_plays(fleet(4), ("web1", "web2"), ("web3", "web4"), batches=(1,))
    sick_on_new(it.universe, "web4")
    it.check(it.go(), 21)
    backs = [s.partition(" ")[0] for s in it.steps() if s.endswith("revert.look")]
    assert backs == ["web4", "web3", "web2", "web1"]


def test_a_host_that_fails_on_its_way_back_does_not_stop_the_others() -> None:
    it = case(fleet(4), batches=(1,), min_serving=1)
    sick_on_new(it.universe, "web4")
    it.universe.breaks = lambda task: task.host == "web3" and task.id.endswith("revert.deploy.3")
    it.check(it.go(), 22)
    current = {name: host.current for name, host in it.universe.hosts.items()}
    assert (current["web1"], current["web2"], current["web4"]) == ("old", "old", "old")


def test_a_host_has_one_automatic_revert() -> None:
    it = case(fleet(3), batches=(1,), failure_budget=1)
    sick_on_new(it.universe, "web1")
    it.check(it.go(), 23)
    assert it.universe.hosts["web1"].current == "old"
    assert it.go() in (20, 23)  # resumed, still sick: a person's turn
    legs = [e.plan for e in it.universe.store.events if e.kind == "leg.started" and e.plan]
    assert sum(leg.direction == "revert" for leg in legs) == 1


# ---- the budget


def test_within_the_budget_the_host_goes_back_alone_and_the_run_goes_on() -> None:
    it = case(fleet(4), batches=(1,), failure_budget=1, min_serving=2)
    sick_on_new(it.universe, "web2")
    it.check(it.go(), 23)
    assert {name for name, host in it.universe.hosts.items() if host.current == "old"} == {"web2"}
    assert it.universe.serving() >= {"web1", "web3", "web4"}


def test_resume_takes_those_left_behind() -> None:
    it = case(fleet(4), batches=(1,), failure_budget=1, min_serving=2)
    sick_on_new(it.universe, "web2")
    it.check(it.go(), 23)
    it.universe.heal()
    it.check(it.go(), 0)
    assert it.universe.hosts["web2"].current == "new"


def test_one_of_them_that_cannot_be_drained_then_serves_on() -> None:
    """Its mark knows how it stood before the run: its own revert found it shut."""
    it = case(fleet(4), batches=(1,), failure_budget=1, min_serving=2)
    sick_on_new(it.universe, "web2")
    it.check(it.go(), 23)
    it.universe.heal()
    it.universe.stuck = {"web2"}
    it.check(it.go(), 20)
    assert not it.universe.out()


def test_past_the_budget_all_go_back() -> None:
    it = case(fleet(4), batches=(1,), failure_budget=1, min_serving=2)
    sick_on_new(it.universe, "web2", "web3")
    it.check(it.go(), 21)


def test_a_lost_host_within_the_budget_stops_nobody_and_reverts_nothing() -> None:
    it = case(fleet(4), batches=(1,), failure_budget=1, min_serving=1)

    def lose(task: Task) -> bool:
        if task.id == "shop@test/web2/deploy.3":
            it.universe.unreachable = {"web2"}
        return False

    it.universe.breaks = lose
    it.check(it.go(), 23)
    assert not any("revert" in step for step in it.steps())


def test_a_lost_host_past_the_budget_halts_and_reverts_nothing() -> None:
    it = case(fleet(3), batches=(1,))

    def lose(task: Task) -> bool:
        if task.id == "shop@test/web2/deploy.3":
            it.universe.unreachable = {"web2"}
        return False

    it.universe.breaks = lose
    it.check(it.go(), 20)
    assert not any("revert" in step for step in it.steps()) and "web3 drain" not in it.steps()
    it.universe.heal()
    it.check(it.go(), 0)


# ---- a finished host that fell


def falling(it: Case, when: str, how: str) -> None:
    def fall(task: Task) -> bool:
        if task.id == when:
            if how == "ill":
                it.universe.sick = lambda host, release: host == "web1" and release == "new"
            elif how == "by hand":
                for places in it.universe.places.values():
                    places["web1"].admin = "maint"
            elif how == "gone":
                it.universe.unreachable = {"web1"}
                it.universe.hosts["web1"].alive = False
        return False

    it.universe.breaks = fall


def test_a_finished_host_that_falls_ill_is_the_releases() -> None:
    it = case(fleet(4), batches=(1,), min_serving=1)
    falling(it, "shop@test/web2/health", "ill")
    it.check(it.go(), 21)
    [fell] = [event for event in it.universe.store.events if event.kind == "host.fell"]
    assert fell.data["origin"] == "shop.yml:30:5", "the line of the check by which it fell"


def test_a_finished_host_that_an_operator_takes_out_is_not() -> None:
    it = case(fleet(4), batches=(1,), min_serving=1)
    falling(it, "shop@test/web2/health", "by hand")
    assert it.go() == 0


def test_a_finished_host_that_is_gone_is_unknown_and_reverts_nothing() -> None:
    it = case(fleet(4), batches=(1,), min_serving=1)
    falling(it, "shop@test/web2/health", "gone")
    it.check(it.go(), 20)
    assert not any("revert" in step for step in it.steps())


# ---- batch 0


def test_one_of_batch_0_that_fails_is_left_behind_and_not_charged() -> None:
    universe = fleet(6)
    universe.hosts["web5"].running = universe.hosts["web6"].running = ""
    it = case(universe, batches=(1,), width=2, min_serving=3)
    it.universe.breaks = lambda task: task.host == "web6" and task.step == "health"
    it.check(it.go(), 23)
    assert it.universe.hosts["web5"].current == "new" and "web6" in it.universe.out()


def test_all_of_batch_0_that_fail_halt_the_run() -> None:
    universe = fleet(6)
    universe.hosts["web5"].running = universe.hosts["web6"].running = ""
    it = case(universe, batches=(1,), width=2, min_serving=3)
    it.universe.breaks = lambda task: task.host in ("web5", "web6") and task.step == "health"
    it.check(it.go(), 20)
    assert "web1 drain" not in it.steps()


# ---- the drain's deadline


def test_halt_puts_the_host_back_and_halts() -> None:
    it = case(fleet(3), batches=(1,))
    it.universe.stuck = {"web2"}
    it.check(it.go(), 20)
    assert not it.universe.out() and it.universe.hosts["web1"].current == "new" and not it.universe.hosts["web2"].mark
    it.universe.heal()
    it.check(it.go(), 0)


def test_later_tries_once_more_at_the_end_of_the_batch() -> None:
    it = case(fleet(3), batches=(3,), width=1, drain=Drain(deadline=10.0, on_deadline="later"))
    it.universe.stuck = {"web1"}

    def end(task: Task) -> bool:
        if task.id.endswith("web3/drain"):
            it.universe.stuck = set()
        return False

    it.universe.breaks = end
    it.check(it.go(), 0)
    assert first(it.steps(), "web3 steady") < first(it.steps(), "web1 deploy.1")


def test_later_then_halts() -> None:
    it = case(fleet(3), batches=(3,), width=1, drain=Drain(deadline=10.0, on_deadline="later"))
    it.universe.stuck = {"web1"}
    it.check(it.go(), 20)
    assert it.steps().count("web1 idle") == 2 and it.universe.hosts["web3"].current == "new"


def test_force_cuts_what_is_known_to_be_busy() -> None:
    it = case(fleet(3), batches=(1,), drain=Drain(deadline=10.0, on_deadline="force"))
    it.universe.stuck = {"web1"}
    it.check(it.go(), 0)


def test_force_never_cuts_what_is_unknown() -> None:
    it = case(fleet(3), batches=(1,), drain=Drain(deadline=10.0, on_deadline="force"), probes=True)
    it.universe.hosts["web1"].jobs = None
    it.check(it.go(), 20)
    assert it.universe.hosts["web1"].current == "old"


# ---- nothing may start


def test_when_the_floor_lets_nobody_leave_it_halts_and_names_what_blocks() -> None:
    it = case(fleet(3), batches=(1,))

    def fall(task: Task) -> bool:
        if task.id == "shop@test/web1/look":
            for places in it.universe.places.values():
                places["web3"].admin = "maint"
        return False

    it.universe.breaks = fall
    it.check(it.go(), 20)
    said = it.universe.store.events[-1].detail
    assert "nothing has moved for 120 s" in said and "web1 waits: 1 would serve, at least 2 must" in said


def test_neighbours_that_are_out_block_and_are_named() -> None:
    it = case(fleet(4, racks=2), batches=(1,), min_serving=1, apart=True)

    def fall(task: Task) -> bool:
        if task.id == "shop@test/web1/look":
            it.universe.hosts["web3"].alive = False
        return False

    it.universe.breaks = fall
    it.check(it.go(), 20)
    assert "web3 is out, and they stay apart" in it.universe.store.events[-1].detail


# ---- what comes before, and who watches


def test_staging_that_fails_anywhere_touches_nothing() -> None:
    it = case(fleet(4), batches=(1,), failure_budget=2, min_serving=2)
    it.universe.breaks = lambda task: task.id == "shop@test/web4/stage"
    it.check(it.go(), 4)
    assert not any(host.mark for host in it.universe.hosts.values()) and "web1 drain" not in it.steps()


def test_a_reporter_that_breaks_is_dropped() -> None:
    it = case(fleet(2), batches=(1,))

    class Broken:
        def event(self, event: object, task: object) -> None:
            raise RuntimeError("no terminal")

        def waits(self, task: object, text: str) -> None:
            raise RuntimeError("no terminal")

    process, box = it.start()
    it.universe.simulation.run(lambda: it.engine is not None)
    assert it.engine
    it.engine.run.reporters.append(Broken())
    it.finish(process)
    it.check(box["code"], 0)
    assert [str(error) for error in it.engine.run.dropped] == ["no terminal"], (
        "and what it broke with is told at the end"
    )

"""R13, R14: budgets, and what becomes of hosts that cannot go back."""

from dataclasses import replace

from tests.scenarios.case import Case
from tests.scenarios.fleets import case, fleet, of_play, two_plays
from tests.scenarios.test_failures import sick_on_new
from tests.scenarios.test_leaving import last_word, when
from zdd.config.recipe import Written
from zdd.plan.make import Emergency

ECHO = (Written(step="echo"),)


def strict(it: Case, budget: int, name: str) -> Case:
    """That batch has a budget of its own, as a canary or a colour has."""
    batches = it.plan.plays[0].batches
    return of_play(it, batches=tuple(replace(b, budget=budget) if b.name == name else b for b in batches))


# ---- budgets


def test_each_play_has_a_budget_of_its_own() -> None:
    it = two_plays(fleet(6), ("web1", "web2", "web3"), ("web4", "web5", "web6"), batches=(1,), failure_budget=1)
    sick_on_new(it.universe, "web1", "web4")
    it.check(it.go(), 23)


def test_past_the_budget_of_one_play_the_run_goes_back() -> None:
    it = two_plays(fleet(6), ("web1", "web2", "web3"), ("web4", "web5", "web6"), batches=(1,), failure_budget=1)
    sick_on_new(it.universe, "web1", "web4", "web5")
    it.check(it.go(), 21)


def test_a_stricter_budget_is_for_the_hosts_of_its_batch() -> None:
    def canary(*sick: str) -> Case:
        it = strict(case(fleet(6), batches=(1,), failure_budget=2, min_serving=2), 0, "batch 1")
        sick_on_new(it.universe, *sick)
        return it

    it = canary("web1")
    it.check(it.go(), 21)
    it = canary("web2", "web3")
    it.check(it.go(), 23)


def test_a_stricter_budget_counts_the_hosts_of_its_batch_alone() -> None:
    it = strict(case(fleet(6), batches=(3, 1), failure_budget=3, width=1, min_serving=1), 1, "batch 1")
    sick_on_new(it.universe, "web3", "web4", "web5")
    it.check(it.go(), 23)


def test_a_stricter_budget_counts_also_who_falls_later() -> None:
    it = strict(case(fleet(4), batches=(1,), failure_budget=2, min_serving=1), 0, "batch 1")
    when(it, "shop@test/web3/health", lambda: sick_on_new(it.universe, "web1"))
    it.check(it.go(), 21)


def test_hosts_that_fail_and_hosts_that_are_lost_share_one_budget() -> None:
    it = case(fleet(5), batches=(1,), failure_budget=1, min_serving=1)
    sick_on_new(it.universe, "web1")
    when(it, "shop@test/web3/deploy.3", lambda: it.universe.unreachable.add("web3"))
    it.check(it.go(), 20)
    assert "web3 unknown" in last_word(it) and "web4 drain" not in it.steps()


def test_within_the_budget_after_is_left_out() -> None:
    it = case(fleet(4), batches=(1,), failure_budget=1, min_serving=2, after=ECHO)
    sick_on_new(it.universe, "web2")
    it.check(it.go(), 23)
    assert " after.1" not in it.steps() and last_word(it) == "web2 is left behind"
    assert it.universe.hosts["web2"].mark, "who is left behind stays marked"
    it.universe.heal()
    it.check(it.go(), 0)
    assert " after.1" in it.steps()


def test_a_finished_host_of_an_earlier_play_is_watched_still() -> None:
    it = two_plays(fleet(4), ("web1", "web2"), ("web3", "web4"), batches=(1,))
    when(it, "api@test/web3/health", lambda: sick_on_new(it.universe, "web1"))
    it.check(it.go(), 21)
    assert "web4 drain" not in it.steps()


# ---- one host's own revert


def interrupted(it: Case) -> None:
    """Killed in the middle of the revert of one host."""
    process, _ = it.start()
    it.universe.simulation.run(lambda: "web2 revert.deploy.1" in it.steps())
    process.dead = True
    it.finish(process)


def test_a_single_revert_that_was_interrupted_is_ended_first() -> None:
    it = case(fleet(4), batches=(1,), failure_budget=1, min_serving=2)
    sick_on_new(it.universe, "web2")
    interrupted(it)
    it.check(it.go(), 23)
    assert it.steps().index("web2 revert.steady") < it.steps().index("web3 drain")


def test_a_single_revert_that_fails_needs_hands_and_is_carried_on() -> None:
    it = case(fleet(4), batches=(1,), failure_budget=1, min_serving=2)
    sick_on_new(it.universe, "web2")
    it.universe.breaks = lambda task: task.id.endswith("web2/revert.deploy.3")
    it.check(it.go(), 22)
    assert last_word(it) == "web2 failed"
    it.universe.breaks = lambda task: False
    it.check(it.go(), 23)


# ---- the revert of a run


def test_a_revert_of_the_run_is_never_turned_forward() -> None:
    it = case(fleet(3), batches=(1,))
    sick_on_new(it.universe, "web3")
    it.universe.breaks = lambda task: task.id.endswith("web1/revert.deploy.3")
    it.check(it.go(), 22)
    begun = len(it.universe.store.events)
    it.universe.heal()
    it.check(it.go(), 21)
    forward = [e.task for e in it.universe.store.events[begun:] if e.kind == "task.started" and "revert" not in e.task]
    assert all(id.endswith("/unmark") for id in forward)


def test_hosts_that_a_failed_one_blocks_are_named() -> None:
    it = case(fleet(4), batches=(1,), min_serving=3)
    sick_on_new(it.universe, "web4")
    it.universe.breaks = lambda task: task.id.endswith("web4/revert.deploy.3")
    it.check(it.go(), 22)
    for host in ("web1", "web2", "web3"):
        assert f"{host} waits: 2 would serve, at least 3 must" in last_word(it)
    it.universe.heal()
    it.check(it.go(), 21)


def test_a_host_that_stays_unknown_is_taken_out_and_named() -> None:
    it = case(fleet(4), batches=(1,), min_serving=2)
    sick_on_new(it.universe, "web3")
    when(it, "shop@test/web3/health", lambda: it.universe.unreachable.add("web1"))
    it.check(it.go(), 22)
    assert it.universe.out() == {"web1"} and "web1 is unknown, and was taken out" in last_word(it)
    assert {it.universe.hosts[h].running for h in ("web2", "web3")} == {"old"}
    it.universe.heal()
    it.check(it.go(), 21)


def test_a_host_that_stays_unknown_serves_on_where_the_floor_does_not_allow_more() -> None:
    it = case(fleet(3), batches=(1,))
    sick_on_new(it.universe, "web3")
    it.universe.breaks = lambda task: task.id.endswith("web3/revert.deploy.3")
    it.universe.loses = lambda task: (
        "before" if task.host == "web1" and task.step == "look" and it.state.reverting else ""
    )
    it.check(it.go(), 22)
    assert "web1" not in it.universe.out() and "web1 waits" in last_word(it)


def test_a_host_that_is_lost_while_it_goes_back_serves_on_where_the_floor_has_fallen_meanwhile() -> None:
    """The floor let it start; by the time that nobody can reach it any more, another one has died."""
    it = case(fleet(4), limited=("web1", "web2"), batches=(1,), min_serving=2)
    sick_on_new(it.universe, "web2")

    def fall() -> None:
        it.universe.unreachable.add("web1")
        it.universe.hosts["web3"].alive = it.universe.hosts["web4"].alive = False

    when(it, "shop@test/web1/revert.look", fall)
    it.check(it.go(), 22)
    assert "web1" not in it.universe.out() and "web1 waits: 1 would serve, at least 2 must" in last_word(it)


def by_hand(it_runs: str) -> Case:
    universe = fleet(4)
    universe.hosts[it_runs].current = universe.hosts[it_runs].running = "by hand"
    return case(universe, batches=(1,), emergency=Emergency(no_way_back=True))


def test_what_zdd_cannot_restore_is_taken_out_and_named() -> None:
    it = by_hand("web1")
    sick_on_new(it.universe, "web3")
    it.check(it.go(), 22)
    assert last_word(it) == "web1 runs what zdd cannot take back, and was taken out"
    web1 = it.universe.hosts["web1"]
    assert it.universe.shut("web1") and web1.note == "out by run-1" and web1.running == "new"
    assert {it.universe.hosts[h].running for h in ("web2", "web3")} == {"old"}
    assert it.go() == 22, "and stays so until somebody does something about it"


def test_what_zdd_cannot_restore_serves_on_where_the_floor_does_not_allow_more() -> None:
    it = by_hand("web1")
    sick_on_new(it.universe, "web3")
    when(it, "shop@test/web3/revert.health", lambda: it.universe.unreachable.add("web4"))
    it.universe.hosts["web4"].alive = True

    def fall() -> None:
        it.universe.hosts["web4"].alive = False

    when(it, "shop@test/web3/health", fall)
    it.check(it.go(), 22)
    assert "web1" not in it.universe.out() and "web1 waits: 2 would serve, at least 3 must" in last_word(it)


def test_a_host_that_was_only_prepared_is_not_changed_back() -> None:
    it = case(fleet(3), batches=(1,), prepare=ECHO, before=ECHO)
    it.universe.breaks = lambda task: task.id.endswith("before.1")
    it.check(it.go(), 20)
    assert all(host.mark for host in it.universe.hosts.values()), "what `prepare` did stands, and the marks say so"
    it.universe.store.ask("revert")
    it.check(it.go(), 0)
    assert not any("deploy" in step or "drain" in step for step in it.steps())


def test_maintenance_goes_back_by_coming_in() -> None:
    it = case(fleet(3), batches=(1,), maintenance=True)
    it.universe.breaks = lambda task: task.id.endswith("web2/deploy.2")
    it.check(it.go(), 21)
    assert not it.universe.out() and not any(host.mark for host in it.universe.hosts.values())

"""R7: what a balancer has forgotten is set again, and in the midst of a change the floor is not asked."""

from tests.scenarios.fleets import DEPLOY, case, fleet
from tests.scenarios.test_leaving import when
from zdd.model import Drain


def test_half_changed_it_is_shut_again_at_once_and_not_drained() -> None:
    it = case(fleet(3), batches=(1,), drain=Drain(deadline=20.0, sticky=5.0))
    it.universe.sticky = True
    when(it, "shop@test/web1/deploy.1", it.universe.reload)
    it.check(it.go(), 0)
    way = [step.partition(" ")[2] for step in it.steps("web1")]
    assert way[way.index("deploy.1") + 1 : way.index("deploy.2")] == ["shut", "idle"]


def test_before_the_first_change_it_is_drained_again_with_time_for_who_sticks_to_it() -> None:
    it = case(fleet(3), batches=(1,), drain=Drain(deadline=20.0, sticky=5.0))
    it.universe.sticky, reloads = True, [it.universe.reload]
    when(it, "shop@test/web1/idle", lambda: reloads and reloads.pop()())
    it.check(it.go(), 0)
    way = [step.partition(" ")[2] for step in it.steps("web1")]
    assert way[1 : way.index("deploy.1")] == [
        *("look", "drain", "empty", "shut", "idle"),
        *("drain", "empty", "shut", "idle"),
    ]


def test_who_was_let_in_half_changed_after_a_crash_is_taken_out_whatever_the_floor() -> None:
    it = case(fleet(3), batches=(1,))
    process, _ = it.start()
    it.universe.simulation.run(lambda: "web1 deploy.2" in it.steps())
    process.dead = True
    it.finish(process)
    it.universe.reload()
    it.universe.hosts["web2"].alive = False
    it.universe.simulation.time += 60.0
    it.go()
    assert it.universe.hosts["web1"].running == "new" and not it.universe.shut("web1")
    assert not [e for e in it.universe.store.events if e.kind == "task.waiting" and "/web1/" in e.task]


def test_a_drain_that_was_lost_asks_no_floor() -> None:
    it = case(fleet(3), batches=(1,))

    def lose() -> None:
        it.universe.reload()
        it.universe.hosts["web2"].alive = False

    when(it, "shop@test/web1/deploy.1", lose)
    it.go()
    waited = [e for e in it.universe.store.events if e.kind == "task.waiting" and "/web1/" in e.task]
    assert not waited and it.universe.hosts["web1"].running == "new"


def test_a_host_that_stopped_where_it_was_is_held_out_while_the_others_go_on() -> None:
    it = case(fleet(5), batches=(1,), failure_budget=1, min_serving=1, deploy=DEPLOY)

    def happen() -> None:
        it.universe.unreachable.add("web2")

    when(it, "shop@test/web2/deploy.2", happen)
    process, box = it.start()
    it.universe.simulation.run(lambda: "web4 deploy.1" in it.steps())
    it.universe.reload()
    it.finish(process)
    it.check(box["code"], 23)
    assert it.universe.shut("web2"), "nobody knows what it runs"

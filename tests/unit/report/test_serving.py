"""How many hosts serve, as the journal has it."""

from dataclasses import replace

from tests.unit.report.shop import FLEET, Story, batch, plan, play, target, task, way
from zdd.model import Pipeline, Plan
from zdd.report.roster import Roster
from zdd.report.serving import Fleet, Serving


def counted(story: Story) -> Fleet:
    serving, roster = Serving(), Roster()
    for event in story.events:
        if event.plan:
            roster.learn(event.plan)
            serving.leg(event.plan)
        if place := roster.place(event):
            serving.event(event, place)
    return serving.fleets[FLEET]


def balanced() -> Plan:
    """With balancers that say when a host is up, before it is steady."""

    def full(host: str) -> Pipeline:
        way_ = way(host)
        up = task(host, "up", "back")
        return replace(way_, tasks=(*way_.tasks[:-1], up, way_.tasks[-1]))

    batches = (replace(batch("all"), pipelines=tuple(full(host) for host in ("web1", "web2", "web3"))),)
    return plan(play(batches=batches))


def test_all_serve_that_served_when_the_plan_was_made() -> None:
    targets = {"web1": target("web1"), "web2": target("web2", served=False), "web3": target("web3")}
    fleet = counted(Story().begin(plan(play(targets=targets, held=frozenset(["web3"])))))
    assert (str(fleet), fleet.floor) == ("1 of 3 serve", 2)


def test_a_host_is_out_from_the_begin_of_its_drain() -> None:
    story = Story().begin().do(way("web1").tasks[0])
    assert counted(story).serving == 3
    story.start(way("web1").tasks[1])
    assert counted(story).serving == 2


def test_it_is_in_when_its_balancers_say_so_and_not_before() -> None:
    story = Story().begin(balanced())
    tasks = next(p.tasks for p in balanced().pipelines() if p.host == "web1")
    story.do(*tasks[:-2])
    assert counted(story).serving == 2
    story.do(tasks[-2])
    assert counted(story).serving == 3


def test_without_balancers_it_is_in_at_the_end_of_its_way() -> None:
    story = Story().begin().do(*way("web1").tasks[:-1])
    assert counted(story).serving == 2
    story.do(way("web1").tasks[-1])
    assert counted(story).serving == 3


def test_who_is_put_back_serves_again_only_if_it_did() -> None:
    for served in (True, False):
        targets = {host: target(host, served=host != "web1" or served) for host in ("web1", "web2", "web3")}
        story = Story().begin(plan(play(targets=targets)))
        story.start(way("web1").tasks[1])
        assert counted(story).serving == 2
        assert counted(story.do(*way("web1").put_back)).serving == 2 + served


def test_a_drain_that_may_not_be_yet_takes_nobody_out() -> None:
    story = Story().begin()
    story.start(way("web1").tasks[1])
    story.event("task.waiting", task=way("web1").tasks[1].id, status="later", detail="the floor")
    assert counted(story).serving == 3


def test_a_look_says_what_nobody_knew_before() -> None:
    story = Story().begin()
    look = way("web1").tasks[0]
    story.start(look)
    story.end(look, data={"found": {"served": False, "held": True}, "stood": {}})
    assert counted(story).serving == 2
    story.do(*way("web1").tasks[1:])
    assert counted(story).serving == 2, "held: deployed, not enabled"


def test_what_the_balancers_count_wins_over_what_was_taken_for_granted() -> None:
    hosts = ("web1", "web2", "web3", "web4", "web5")
    limited = {host: target(host) for host in hosts[:2]}
    story = Story().begin(plan(play(hosts, targets=limited, batches=(batch("all", "web1", "web2"),))))
    assert counted(story).serving == 5
    drain = way("web1").tasks[1]
    story.start(drain)
    story.end(drain, data={"serving": 3})
    assert counted(story).serving == 3


def test_who_fell_does_not_serve_and_a_failed_way_back_neither() -> None:
    story = Story().begin().do(*way("web1").tasks)
    story.event("host.fell", task=way("web1").tasks[-1].id, status="failed", detail="502")
    story.do(*way("web2").tasks[:-1]).fail(way("web2").tasks[-1], "fell")
    assert counted(story).serving == 1


def test_a_revert_has_its_own_floor_and_the_same_hosts() -> None:
    story = Story().begin().do(*way("web1").tasks[:4]).fail(way("web1").tasks[4], "exit 1")
    back = play(batches=(batch("revert", "web1", prefix="revert."),), floor=1)
    story.begin(plan(back, direction="revert"))
    assert (counted(story).serving, counted(story).floor) == (2, 1)
    assert counted(story.do(*way("web1", "revert.").tasks)).serving == 3

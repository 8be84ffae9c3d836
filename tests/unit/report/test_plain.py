"""A line per change."""

import io
import re
import threading
from collections.abc import Sequence
from datetime import UTC

from tests.unit.report.shop import FLEET, RUN, Story, batch, plan, play, task, way
from zdd.model import Event, Task
from zdd.report.outlet import Outlet
from zdd.report.plain import Plain
from zdd.report.pulse import Pulse


class Log:
    """A plain reporter and what it wrote."""

    def __init__(self, past: Sequence[Event] = ()) -> None:
        self.stream = io.StringIO()
        self.plain = Plain(Outlet(self.stream), UTC, past)

    def tell(self, *events: Event) -> "Log":
        for event in events:
            self.plain.event(event, None)
        return self

    @property
    def lines(self) -> list[str]:
        self.plain.close()
        return self.stream.getvalue().splitlines()


def test_a_line_says_when_who_what_and_how_long() -> None:
    story = Story(12 * 3600.0).begin()
    restart = way("web1").tasks[4]
    story.start(restart)
    story.event("task.ended", later=0.4, task=restart.id, status="ok")
    assert Log().tell(*story.events).lines[1:] == ["12:00:00 web1 restart shop ok (0.4s)"]


def test_the_first_line_says_from_what_to_what_and_how_many_must_serve() -> None:
    assert Log().tell(*Story().begin().events).lines == [
        f"00:00:00 {FLEET} deploy begins: 1.0 → 1.1 on 3 hosts: web[1-3]; at least 2 of 3 serve; run {RUN}"
    ]


def test_the_way_out_and_the_way_back_are_a_line_each() -> None:
    lines = Log().tell(*Story().begin().do(*way("web1").tasks).events).lines[1:]
    assert [line.partition(" ")[2] for line in lines] == [
        "web1 out ok (0.5s); batch 1, 2 of 3 serve, at least 2 must",
        "web1 activate ok (0.1s)",
        "web1 restart shop ok (0.1s)",
        "web1 back ok (0.3s); 3 of 3 serve, at least 2 must, 1 of 3 hosts done",
    ]


def test_what_was_slow_on_the_way_out_is_named() -> None:
    story = Story().begin().do(*way("web1").tasks[:2])
    idle = way("web1").tasks[2]
    story.start(idle)
    story.event("task.ended", later=41.0, task=idle.id, status="ok")
    assert "web1 out ok (41s): idle 41s; batch 1" in "\n".join(Log().tell(*story.events).lines)


def test_hosts_that_were_slow_in_their_own_ways_still_share_a_line() -> None:
    story = Story().begin(plan(play(batches=(batch("all", "web1", "web2", width=2),))))
    for step in (0, 1):
        story.do(*(way(host).tasks[step] for host in ("web1", "web2")))
    for host, took in (("web1", 7.0), ("web2", 0.5)):
        story.start(way(host).tasks[2])
        story.event("task.ended", later=took, task=way(host).tasks[2].id, status="ok")
    lines = [line.partition(" ")[2] for line in Log().tell(*story.events).lines[1:]]
    assert lines == ["web[1-2] out ok (7.8s to 8.2s); all, 1 of 3 serve, at least 2 must"]


def test_counts_never_go_back() -> None:
    story = Story().begin(plan(play(batches=(batch("all", "web1", "web2", "web3", width=3),))))
    for host in ("web1", "web2", "web3"):
        story.do(*way(host).tasks[:3])
    story.do(*way("web1").tasks[5:6], *way("web2").tasks[5:6], *way("web3").tasks[5:6])
    story.do(way("web1").tasks[6]).fail(way("web2").tasks[6], "fell").do(way("web3").tasks[6])
    told = "\n".join(Log().tell(*story.events).lines)
    counts = [int(found) for found in re.findall(r"(\d) of 3 hosts done", told)]
    assert counts == sorted(counts) and counts[-1] == 2


def test_a_failure_on_the_way_is_told_by_its_own_name() -> None:
    story = Story().begin().do(*way("web1").tasks[:2]).fail(way("web1").tasks[2], "3 sessions still")
    lines = Log().tell(*story.do(*way("web1").put_back).events).lines[1:]
    assert [line.partition(" ")[2] for line in lines] == [
        "web1 idle failed (0.1s): 3 sessions still",
        "web1 put back ok (0.1s); 3 of 3 serve, at least 2 must",
    ]


def test_a_host_that_needs_nothing_is_said_to_be_left_alone() -> None:
    story = Story().begin()
    story.start(way("web1").tasks[0])
    story.end(way("web1").tasks[0], "unchanged", detail="runs 1.1 already")
    assert Log().tell(*story.events).lines[1].endswith("web1 left alone: runs 1.1 already")


def test_names_of_different_lengths_stand_in_a_column() -> None:
    story = Story().begin(plan(play(("web1", "checkout"))))
    story.do(way("web1").tasks[3], way("checkout").tasks[4])
    lines = [line.partition(" ")[2] for line in Log().tell(*story.events).lines[1:]]
    assert lines == ["web1     activate ok (0.1s)", "checkout restart shop ok (0.1s)"]


def test_deploy_tasks_have_their_names_and_fleet_tasks_their_fleet() -> None:
    story = Story().begin().do(task(None, "migrate"), way("web1").tasks[4])
    text = "\n".join(Log().tell(*story.events).lines)
    assert "shop@lab migrate ok" in text
    assert "web1 restart shop ok" in text


def test_equal_results_come_as_one_line() -> None:
    story = Story().begin(plan(play(batches=(batch("all", "web1", "web2", width=2),))))
    for host in ("web1", "web2"):
        story.do(*way(host).tasks[3:5])
    lines = Log().tell(*story.events).lines
    assert [line.partition(" ")[2] for line in lines[1:]] == [
        "web[1-2] activate ok (0.1s)",
        "web[1-2] restart shop ok (0.1s)",
    ]


def test_what_one_host_did_stays_in_order() -> None:
    story = Story().begin()
    first, second = way("web1").tasks[3:5]
    other_first, other_second = way("web2").tasks[3:5]
    for each in (first, second, other_first, other_second, first):
        story.end(each)
    lines = [line.partition(" ")[2].rpartition(" (")[0] for line in Log().tell(*story.events).lines[1:]]
    assert lines == ["web[1-2] activate ok", "web[1-2] restart shop ok", "web1 activate ok"]


def test_a_line_is_never_held_back_for_long() -> None:
    story = Story().begin().do(way("web1").tasks[3])
    log = Log().tell(*story.events)
    assert "activate" not in log.stream.getvalue()
    log.plain.tick(story.at + 1.0)
    assert "web1 activate ok" in log.stream.getvalue()


def test_a_failure_is_told_at_once_with_the_hosts_own_words() -> None:
    words = "\n".join(f"line {n}" for n in range(30))
    story = Story().begin().fail(way("web1").tasks[4], "exit 1", output=words)
    written = Log().tell(*story.events).stream.getvalue().splitlines()
    assert written[1].endswith("web1 restart shop failed (0.1s) at shop.yml:7:3: exit 1")
    assert written[2:] == [f"    line {n}" for n in range(10, 30)]


def test_a_host_that_must_wait_is_told_once_for_each_reason() -> None:
    story = Story().begin()
    drain = way("web1").tasks[1]
    for why in ("2 would serve, 2 must", "2 would serve, 2 must", "web2 is out"):
        story.start(drain)
        story.event("task.waiting", task=drain.id, status="later", detail=why)
    assert [line.split("wait: ")[1] for line in Log().tell(*story.events).lines[1:]] == [
        "2 would serve, 2 must",
        "web2 is out",
    ]


def test_a_heartbeat_names_the_slowest_and_what_it_waits_for() -> None:
    story = Story().begin()
    slow, quick = way("web1").tasks[2], way("web2").tasks[1]
    story.start(slow)
    story.start(quick)
    log = Log().tell(*story.events)
    log.plain.waits(slow, "3 sessions, 12 s left of 60 s")
    log.plain.tick(29.0)
    assert "now" not in log.stream.getvalue()
    log.plain.tick(31.0)
    log.plain.tick(32.0)
    beats = [line for line in log.lines if " now" in line]
    assert beats == [
        "00:00:31 web1 idle for 31s now: 3 sessions, 12 s left of 60 s (and 1 more in flight); 0 of 3 hosts done"
    ]


def test_a_run_in_which_nobody_may_leave_is_not_silent() -> None:
    log = Log().tell(*Story().begin().do(way("web1").tasks[1]).events)
    log.plain.tick(31.0)
    log.plain.tick(32.0)
    log.plain.tick(62.0)
    assert [line for line in log.lines if "in flight" in line] == [
        f"00:{second} nobody is in flight: 2 of 3 serve, at least 2 must; 0 of 3 hosts done"
        for second in ("00:31", "01:02")
    ]


def test_no_heartbeat_when_the_run_has_stopped() -> None:
    log = Log().tell(*Story().begin().do(way("web1").tasks[1]).stop(20).events)
    log.plain.tick(500.0)
    assert "in flight" not in "\n".join(log.lines)


def test_a_fresh_run_is_not_said_to_be_carried_on() -> None:
    story = Story().begin()
    story.event("run.resumed")
    story.do(way("web1").tasks[1])
    story.event("run.resumed")
    assert sum("carried on" in line for line in Log().tell(*story.events).lines) == 1


def test_what_others_asked_and_how_it_ended_is_told() -> None:
    story = Story().begin()
    story.event("asked", status="pause", data={"by": "ops@desk"})
    lines = Log().tell(*story.stop(20, "a pause was asked for").events).lines
    assert lines[1].endswith("pause asked for by ops@desk")
    assert lines[2].endswith("(exit 20): a pause was asked for")


def test_who_comes_later_is_told_where_the_run_stands() -> None:
    story = Story().begin().do(*way("web1").tasks).fail(way("web2").tasks[4], "exit 1")
    story.start(way("web3").tasks[1])
    log = Log(story.events)
    assert log.lines == [
        f"{FLEET}  deploying 1.0 → 1.1  run {RUN}: so far 1 of 3 hosts done, 2 of 3 serve, in flight: web3",
        "00:00:01 web2 restart shop failed (0.1s) at shop.yml:7:3: exit 1",
    ]
    seen = len(story.events)
    story.do(way("web3").tasks[1], way("web3").tasks[2])
    assert (
        log.tell(*story.events[seen:]).lines[-1].endswith("web3 out ok (0.3s); batch 3, 2 of 3 serve, at least 2 must")
    )


def test_who_comes_after_the_end_is_told_the_end() -> None:
    story = Story().begin().stop(20, "a pause was asked for")
    assert Log(story.events).lines[-1].endswith("(exit 20): a pause was asked for")


class Ticked:
    """A clock, and a reporter that says when it was told the time."""

    def __init__(self) -> None:
        self.told, self.times = threading.Event(), list[float]()

    def now(self) -> float:
        raise AssertionError("events have the calendar's time, and ticks are compared with them")

    def wall(self) -> float:
        return 42.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError("the pulse waits so that it can be ended at once")

    def event(self, event: Event, task: Task | None) -> None: ...

    def waits(self, task: Task, text: str) -> None: ...

    def tick(self, now: float) -> None:
        self.times.append(now)
        self.told.set()

    def close(self) -> None: ...


def test_the_pulse_tells_the_time_until_it_is_closed() -> None:
    ticked = Ticked()
    pulse = Pulse(ticked, ticked, every=0.001)
    assert ticked.told.wait(timeout=10)
    pulse.close()
    assert set(ticked.times) == {42.0}
    assert not any(thread.name == "pulse" for thread in threading.enumerate())

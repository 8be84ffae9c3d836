"""A run as JSON lines."""

import io
import json
from typing import Any

from tests.unit.report.shop import RUN, Story, way
from zdd.model import Event
from zdd.report.jsonl import JsonLines
from zdd.report.outlet import Outlet


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_the_first_line_is_the_version_and_the_last_one_the_end() -> None:
    stream = io.StringIO()
    reporter = JsonLines(Outlet(stream), again=lambda command: f"{command} --store /runs")
    for event in Story().begin().do(*way("web1").tasks[:2]).stop(20, "web1 failed").events:
        reporter.event(event, None)
    reporter.close()
    reporter.close()
    told = lines(stream)
    assert told[0] == {"type": "version", "format": "1.2"}
    assert told[-1] == {
        "type": "summary",
        "run": RUN,
        "code": 20,
        "why": "web1 failed",
        "touched": ["web1"],
        "next": [f"zdd resume {RUN} --store /runs", f"zdd revert {RUN} --store /runs"],
    }
    assert {line["type"] for line in told[1:-1]} == {"event"}


def test_an_event_says_what_happened_where() -> None:
    stream = io.StringIO()
    reporter = JsonLines(Outlet(stream))
    restart = way("web1").tasks[4]
    for event in Story().begin().fail(restart, "exit 1", output="no module named shop").events:
        reporter.event(event, None)
    assert lines(stream)[-1] == {
        "type": "event",
        "seq": 3,
        "run": RUN,
        "kind": "task.ended",
        "task": restart.id,
        "host": "web1",
        "step": "service",
        "name": "restart shop",
        "origin": "shop.yml:7:3",
        "status": "failed",
        "detail": "exit 1",
        "cause": "release",
        "data": {"output": "no module named shop"},
        "at": 0.3,
    }


def test_one_check_of_several_has_a_line_of_its_own() -> None:
    stream = io.StringIO()
    reporter = JsonLines(Outlet(stream))
    for event in Story().begin().fail(way("web1").tasks[4], "status 500", origin="shop.yml:31:5").events:
        reporter.event(event, None)
    assert [line["origin"] for line in lines(stream)[2:]] == ["shop.yml:7:3", "shop.yml:31:5"]


def test_numbers_have_no_gaps_though_others_write_too_and_threads_are_late() -> None:
    story = Story().begin().do(*way("web1").tasks[:3])
    story.event("asked", status="pause")
    story.do(way("web2").tasks[1])

    def since(seq: int) -> list[Event]:
        return story.events[seq:]

    stream = io.StringIO()
    reporter = JsonLines(Outlet(stream), since=since)
    late_first = [event for event in reversed(story.events) if event.kind != "asked"]
    for event in late_first:
        reporter.event(event, None)
    assert [line["seq"] for line in lines(stream)[1:]] == list(range(1, len(story.events) + 1))


def test_the_verb_says_how_it_ended_and_only_once() -> None:
    stream = io.StringIO()
    reporter = JsonLines(Outlet(stream), run=RUN)
    reporter.summary(4, [], "web1: no disk", ["zdd doctor"])
    reporter.close()
    [said] = lines(stream)[1:]
    assert said == {
        "type": "summary",
        "run": RUN,
        "code": 4,
        "why": "web1: no disk",
        "touched": [],
        "next": ["zdd doctor"],
    }


def test_a_host_where_there_was_nothing_to_do_was_not_touched() -> None:
    story = Story().begin()
    for host, status in (("web1", "unchanged"), ("web2", "ok")):
        look = way(host).tasks[0]
        story.start(look)
        story.end(look, status)  # type: ignore[arg-type]
    stream = io.StringIO()
    reporter = JsonLines(Outlet(stream))
    for event in story.events:
        reporter.event(event, None)
    reporter.close()
    assert lines(stream)[-1]["touched"] == ["web2"]
    assert lines(stream)[-1]["code"] is None


def test_what_happened_before_comes_first_and_only_once() -> None:
    story = Story().begin().do(*way("web1").tasks[:2])
    stream = io.StringIO()
    reporter = JsonLines(Outlet(stream), since=lambda seq: story.events[seq:], past=story.events[:3])
    reporter.event(story.events[3], None)
    assert [line["seq"] for line in lines(stream)[1:]] == list(range(1, len(story.events) + 1))

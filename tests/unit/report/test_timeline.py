"""A run as a picture needs it."""

from tests.unit.report.shop import FLEET, Story, batch, plan, play, task, way
from zdd.report.timeline import Timeline


def spans(story: Story, who: str) -> list[tuple[str, str, bool]]:
    return [(s.kind, s.status, s.reverts) for s in Timeline(story.events).lanes[FLEET, who].spans]


def test_a_host_has_a_span_for_each_phase_with_its_events_behind_it() -> None:
    story = Story().begin().do(task(None, "migrate"), *way("web1").tasks)
    assert spans(story, "web1") == [("out", "ok", False), ("change", "ok", False), ("back", "ok", False)]
    assert spans(story, FLEET) == [("change", "ok", False)]
    lane = Timeline(story.events).lanes[FLEET, "web1"]
    assert lane.batch == "batch 1"
    assert [line.what for line in lane.spans[0].lines] == ["look ok", "drain ok", "idle ok"]
    assert lane.spans[0].since < lane.spans[0].until <= lane.spans[1].since


def test_a_failure_ends_its_span_and_a_second_try_is_another() -> None:
    story = Story().begin().fail(way("web1").tasks[4], "exit 1", output="Traceback").stop(20)
    story.event("run.resumed", later=9000.0)
    story.do(way("web1").tasks[4])
    assert spans(story, "web1") == [("change", "failed", False), ("change", "ok", False)]
    assert [line.output for line in Timeline(story.events).failures] == ["Traceback"]
    assert [line.what for line in Timeline(story.events).marks][-1] == "the run is carried on"


def test_a_revert_shows_as_such() -> None:
    story = Story().begin().fail(way("web1").tasks[4], "exit 1")
    story.begin(plan(play(batches=(batch("revert", "web1", prefix="revert."),)), direction="revert"))
    story.do(*way("web1", "revert.").tasks[:3])
    assert spans(story, "web1") == [("change", "failed", False), ("out", "ok", True)]


def test_what_never_ended_and_what_had_to_wait_can_be_told() -> None:
    story = Story().begin()
    story.start(way("web1").tasks[4])
    story.start(way("web2").tasks[1])
    story.event("task.waiting", task=way("web2").tasks[1].id, status="later", detail="2 would serve, 2 must")
    assert spans(story, "web1") == [("change", "on", False)]
    assert spans(story, "web2") == [("out", "waits", False)]


def test_who_fell_later_has_a_span_of_its_own() -> None:
    story = Story().begin().do(*way("web1").tasks)
    story.event("host.fell", task=way("web1").tasks[-1].id, status="failed", detail="502")
    assert spans(story, "web1")[-1] == ("fell", "failed", False)


def test_who_served_is_noted_when_it_changes() -> None:
    story = Story().begin().do(*way("web1").tasks)
    count = Timeline(story.events).counts[FLEET]
    assert [step[1:] for step in count.steps] == [(3, 2), (2, 2), (3, 2)]

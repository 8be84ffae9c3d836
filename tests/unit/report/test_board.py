"""What the live view shows, from events alone."""

from tests.unit.report.shop import Story, batch, plan, play, task, way
from zdd.report.board import Board


def board(story: Story) -> Board:
    made = Board()
    made.catch_up(story.events)
    return made


def test_there_is_a_bar_for_each_batch() -> None:
    shown = board(Story().begin().do(task(None, "migrate"), *way("web1").tasks))
    assert [(bar.name, len(bar.done), bar.total) for bar in shown.bars] == [
        ("before", 1, 1),
        ("batch 1", 1, 1),
        ("batch 2", 0, 1),
        ("batch 3", 0, 1),
    ]
    assert shown.hosts == (1, 3)
    assert shown.rows == {}


def test_only_hosts_in_flight_have_a_row() -> None:
    story = Story().begin().do(*way("web1").tasks)
    idle = way("web2").tasks[2]
    story.start(idle)
    shown = board(story)
    shown.waits(idle, "3 sessions")
    shown.waits(way("web1").tasks[2], "nobody in flight")
    assert [(row.who, row.task.step, row.waits) for row in shown.rows.values()] == [("web2", "idle", "3 sessions")]


def test_between_two_tasks_a_host_stays_in_sight() -> None:
    assert list(board(Story().begin().do(*way("web1").tasks[:3])).rows) == ["web1"]


def test_who_must_wait_or_was_put_back_has_no_row() -> None:
    story = Story().begin()
    drain = way("web1").tasks[1]
    story.start(drain)
    story.event("task.waiting", task=drain.id, status="later", detail="the floor")
    assert board(story).rows == {}
    assert board(story.do(*way("web1").put_back)).rows == {}


def test_a_failure_stays_whatever_comes_after_it() -> None:
    story = Story().begin().fail(way("web1").tasks[4], "exit 1").do(*way("web2").tasks)
    story.begin(plan(play(batches=(batch("revert", "web1", prefix="revert."),)), direction="revert"))
    shown = board(story.do(*way("web1", "revert.").tasks).stop(21))
    assert [(line.who, line.what, line.detail) for line in shown.failures] == [
        ("web1", "restart shop failed", "exit 1")
    ]
    assert [(bar.name, len(bar.done)) for bar in shown.bars] == [("revert", 1)]
    assert "reverting" in shown.title


def test_a_resumed_run_tries_again_what_failed() -> None:
    story = Story().begin().fail(way("web1").tasks[4], "exit 1").stop(20)
    story.event("run.resumed")
    shown = board(story)
    assert shown.failures == []
    assert not any(bar.failed for bar in shown.bars)


def test_a_host_with_nothing_to_do_is_done() -> None:
    story = Story().begin()
    look = way("web1").tasks[0]
    story.start(look)
    story.end(look, "unchanged")
    assert board(story).hosts == (1, 3)


def test_a_host_that_fell_is_not_done_any_more() -> None:
    story = Story().begin().do(*way("web1").tasks)
    story.event("host.fell", task=way("web1").tasks[-1].id, status="failed", detail="502")
    shown = board(story)
    assert shown.hosts == (0, 3)
    assert shown.failures[0].what == "fell"

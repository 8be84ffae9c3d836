"""The end of a run as people read it."""

from tests.unit.report.shop import RUN, Story, batch, plan, play, way
from zdd.errors import LeaseHeld
from zdd.journal.state import fold
from zdd.report.explain import explained, refused
from zdd.report.recorded import recorded
from zdd.report.status_text import HostStatus, Live


def failed() -> Story:
    story = Story().begin().do(*way("web1").tasks, *way("web2").tasks[:4])
    return story.fail(way("web2").tasks[4], "exit 1", output="Traceback\nno module named shop")


def test_it_says_what_failed_where_how_the_host_is_and_what_to_type() -> None:
    assert explained(RUN, 20, fold(failed().events), why="web2 failed").splitlines() == [
        "halted; the fleet may run both releases, and the run can be carried on (exit 20): web2 failed",
        "  web2: restart shop failed: exit 1",
        "    Traceback",
        "    no module named shop",
        "  web2 runs 1.0-aaaaaaaa or 1.1-bbbbbbbb and does not serve, by the journal (in the middle of the change)",
        f"  next: zdd resume {RUN}",
        f"  next: zdd revert {RUN}",
    ]


def test_what_was_seen_wins_over_what_was_recorded() -> None:
    state = fold(failed().events)
    seen = [HostStatus(recorded=host, live=Live(runs="1.1-bbbbbbbb", serving=True)) for host in recorded(state)]
    text = explained(RUN, 20, state, hosts=seen)
    assert "web2 runs 1.1-bbbbbbbb and serves, now" in text
    assert "web3 runs 1.1-bbbbbbbb and serves, now" in text, "it disagrees with the journal"
    assert "web1 runs" not in text


def test_after_a_revert_what_failed_is_still_named() -> None:
    story = failed().begin(plan(play(batches=(batch("revert", "web2", "web1", prefix="revert."),)), direction="revert"))
    story.do(*way("web2", "revert.").tasks, *way("web1", "revert.").tasks).stop(21)
    text = explained(RUN, 21, fold(story.events))
    assert "web2: restart shop failed: exit 1" in text
    assert "web2 runs 1.0-aaaaaaaa and serves, by the journal" in text
    assert "next:" not in text


def test_a_doubt_is_not_called_a_failure() -> None:
    story = Story().begin().fail(way("web1").tasks[3], "the connection died", status="unknown")
    assert "web1: activate is unknown: the connection died" in explained(RUN, 20, fold(story.events))


def test_a_run_without_trouble_needs_one_line() -> None:
    story = Story().begin()
    for host in ("web1", "web2", "web3"):
        story.do(*way(host).tasks)
    assert explained(RUN, 0, fold(story.stop(0).events)) == "done (exit 0)"


def test_a_refusal_says_why_and_what_to_look_at() -> None:
    text = refused(LeaseHeld("ops@desk has shop@lab since 12:00"))
    assert text.splitlines() == [
        "ops@desk has shop@lab since 12:00",
        "another run has the fleet; nothing was touched (exit 5)",
        "  next: zdd lock list",
    ]

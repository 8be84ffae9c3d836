"""The end of a run as people read it."""

import re
from pathlib import Path

import pytest

from tests.unit.report.shop import RUN, Story, batch, plan, play, way
from zdd.journal.state import fold
from zdd.report.exit_codes import EXIT_CODES
from zdd.report.explain import explained
from zdd.report.recorded import recorded
from zdd.report.status_text import HostStatus, Live


def failed() -> Story:
    story = Story().begin().do(*way("web1").tasks, *way("web2").tasks[:4])
    return story.fail(way("web2").tasks[4], "exit 1", output="Traceback\nno module named shop")


def test_it_says_what_failed_where_how_the_host_is_and_what_to_type() -> None:
    assert explained(RUN, 20, fold(failed().events), why="web2 failed").splitlines() == [
        "  web2: restart shop failed at shop.yml:7:3: exit 1",
        "    Traceback",
        "    no module named shop",
        "  web2 runs 1.0-aaaaaaaa or 1.1-bbbbbbbb and does not serve, by the journal (in the middle of the change)",
        f"run {RUN}: halted; the fleet may run both releases, and the run can be carried on (exit 20): web2 failed",
        f"  next: zdd resume {RUN}",
        f"  next: zdd revert {RUN}",
    ]


def test_one_check_of_several_has_a_line_of_its_own() -> None:
    story = Story().begin().fail(way("web1").tasks[4], "status 500", origin="shop.yml:31:5")
    assert "web1: restart shop failed at shop.yml:31:5: status 500" in explained(RUN, 20, fold(story.events))


def test_what_was_seen_wins_over_what_was_recorded() -> None:
    state = fold(failed().events)
    seen = [HostStatus(recorded=host, live=Live(runs="1.1-bbbbbbbb", serving=True)) for host in recorded(state)]
    text = explained(RUN, 20, state, hosts=seen)
    assert "web2 runs 1.1-bbbbbbbb and serves, now" in text
    assert "web3 runs 1.1-bbbbbbbb and serves, now" in text, "it disagrees with the journal"
    assert "web1 runs" not in text


def test_of_several_failures_each_has_a_share_of_the_screen_and_the_end_says_it_in_short() -> None:
    story = Story().begin()
    for host in ("web1", "web2"):
        story.fail(way(host).tasks[4], "exit 1", output="\n".join(f"line {n}" for n in range(30)))
    text = explained(RUN, 21, fold(story.events))
    assert text.count("    line ") == 20 and "line 29" in text and "line 19" not in text
    assert text.splitlines()[-2].endswith("(exit 21): web[1-2] restart shop failed")


def test_after_a_revert_what_failed_is_still_named() -> None:
    story = failed().begin(plan(play(batches=(batch("revert", "web2", "web1", prefix="revert."),)), direction="revert"))
    story.do(*way("web2", "revert.").tasks, *way("web1", "revert.").tasks).stop(21)
    text = explained(RUN, 21, fold(story.events))
    assert "web2: restart shop failed at shop.yml:7:3: exit 1" in text
    assert "web2 runs 1.0-aaaaaaaa and serves, by the journal" in text
    assert text.splitlines()[-1] == f"  next: zdd show {RUN}", "nothing is left to be done"


def test_a_doubt_is_not_called_a_failure() -> None:
    story = Story().begin().fail(way("web1").tasks[3], "the connection died", status="unknown")
    assert "web1: activate is unknown: the connection died" in explained(RUN, 20, fold(story.events))


def test_a_doubt_that_the_run_has_settled_itself_is_not_told() -> None:
    story = Story().begin().fail(way("web1").tasks[3], "the connection died", status="unknown")
    story.do(way("web1").tasks[3]).fail(way("web1").tasks[4], "exit 1")
    text = explained(RUN, 20, fold(story.events))
    assert "the connection died" not in text and "web1: restart shop failed" in text


def test_of_many_failures_the_first_few_are_told() -> None:
    hosts = [f"web{n}" for n in range(1, 10)]
    story = Story().begin(plan(play(hosts, batches=(batch("all", *hosts),))))
    for host in hosts:
        story.fail(way(host).tasks[4], "exit 1", output="Traceback")
    text = explained(RUN, 20, fold(story.events))
    assert text.count("    Traceback") == 5
    assert "  and 4 more failures, which `zdd show` tells" in text
    assert "  web9 runs 1.0-aaaaaaaa or 1.1-bbbbbbbb and does not serve" in text, "every host's state is told"


def test_a_run_without_trouble_needs_one_line() -> None:
    story = Story().begin()
    for host in ("web1", "web2", "web3"):
        story.do(*way(host).tasks)
    assert explained(RUN, 0, fold(story.stop(0).events)) == f"run {RUN}: done (exit 0)"


ENDS = {
    0: "done",
    1: "a bug in zdd: nothing more was done",
    2: "the command line asks for something that is not there or not clear",
    3: "inventory, playbook or plan is not valid; nothing was touched",
    4: "preflight or staging failed; no host was taken out",
    5: "another run, or a person, has the fleet; nothing was touched",
    6: "outside its window; nothing was touched",
    7: "the plan is stale: something that it was made from has changed since",
    8: "waiting for approval, which nothing in this version asks for",
    9: "an unfinished run is in the way; nothing was touched",
    20: "halted; the fleet may run both releases, and the run can be carried on",
    21: "failed, and reverted: every host is as it was found",
    22: "the revert did not succeed everywhere: hands needed",
    23: "done, but some hosts were left behind",
    24: "another controller has taken the fleet over; this one changed nothing more",
    130: "interrupted; the run can be carried on",
    143: "ended by a signal; the run can be carried on",
}
NEXT = {
    1: ("status", "resume"),
    8: ("status",),
    9: ("resume", "revert", "abandon"),
    21: ("show",),
    20: ("resume", "revert"),
    22: ("status", "revert", "abandon"),
    23: ("resume",),
    130: ("resume", "revert"),
    143: ("resume", "revert"),
}


@pytest.mark.parametrize("code", EXIT_CODES)
def test_every_exit_code_says_what_it_means_and_what_to_type(code: int) -> None:
    head, *rest = explained(RUN, code, fold(Story().begin().events), why="because").splitlines()
    assert head == f"run {RUN}: {ENDS[code]} (exit {code}): because"
    for verb in NEXT.get(code, ()):
        assert any(line.startswith(f"  next: zdd {verb} {RUN}") for line in rest)


@pytest.mark.parametrize("code", EXIT_CODES)
def test_the_page_on_reliability_has_every_exit_code(code: int) -> None:
    page = (Path(__file__).parents[3] / "docs/reliability.md").read_text()
    assert re.search(rf"^\| (\d+, )?{code}(, \d+)? \|", page, re.MULTILINE), f"{code}: {ENDS[code]}"

"""Commands and addresses that are told of a run."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.unit.report.shop import FLEET, RUN, Story, batch, plan, play, way
from zdd.report import report_to
from zdd.report.report_to import QUEUE, ReportTo


def told_of(story: Story, tell: report_to.Tell | None = None, **environment: str) -> tuple[list[Any], list[str]]:
    """What reached whom, and what was said of trouble."""
    heard: list[Any] = []
    said: list[str] = []

    def note(target: str, text: str) -> str:
        heard.append((target, json.loads(text)))
        return ""

    reporter = ReportTo(lambda seq: story.events[seq:], environment, said.append, tell or note)
    for event in story.events:
        reporter.event(event, None)
    reporter.close()
    return heard, said


def shop(*targets: str) -> Story:
    return Story().begin(plan(play(report_to=targets)))


def test_start_revert_and_end_are_told_to_all_in_order() -> None:
    story = shop("./notify", "https://hooks/x")
    story.event("run.resumed")
    story.do(*way("web1").tasks[:4]).fail(way("web1").tasks[4], "exit 1", output="secret words")
    back = play(batches=(batch("revert", "web1", prefix="revert."),))
    story.begin(plan(back, direction="revert")).do(*way("web1", "revert.").tasks).stop(21, "web1 failed")
    heard, said = told_of(story, ZDD_REPORT_TO="./here")
    assert [(target, what["type"]) for target, what in heard] == [
        (target, kind) for kind in ("start", "revert", "end") for target in ("./notify", "https://hooks/x", "./here")
    ]
    assert said == []
    start, end = heard[0][1], heard[-1][1]
    assert start["text"] == f"{FLEET}: deploying 1.0 → 1.1, run {RUN}"
    assert heard[3][1]["text"] == f"{FLEET}: reverting 1.1 → 1.0, run {RUN}"
    assert heard[3][1]["failed"] == [
        {"host": "web1", "task": "restart shop", "origin": "shop.yml:7:3", "status": "failed", "detail": "exit 1"}
    ]
    assert (end["code"], end["versions"], end["fleets"], end["touched"]) == (21, "1.0 → 1.1", [FLEET], [])
    assert end["text"].startswith(
        f"{FLEET}: failed, and reverted: every host is as it was found (exit 21): web1 failed"
    )


@pytest.mark.parametrize(("code", "kind"), [(0, "end"), (20, "halt"), (22, "halt"), (23, "end"), (130, "halt")])
def test_what_somebody_has_to_see_to_is_a_halt(code: int, kind: str) -> None:
    heard, _ = told_of(shop("./notify").stop(code))
    assert [what["type"] for _, what in heard] == [kind]
    assert bool(heard[0][1]["next"]) is (code in (20, 22, 23, 130))


def test_what_is_to_be_typed_next_says_again_what_was_typed_now() -> None:
    story, heard = shop("./notify").stop(20), list[Any]()

    def note(target: str, text: str) -> str:
        heard.append(json.loads(text))
        return ""

    def with_store(command: str) -> str:
        return f"{command} --store /runs"

    reporter = ReportTo(lambda seq: story.events[seq:], {}, list[str]().append, note, with_store)
    reporter.event(story.events[-1], None)
    reporter.close()
    assert heard[0]["next"] == [f"zdd resume {RUN} --store /runs", f"zdd revert {RUN} --store /runs"]


def test_each_is_told_how_it_was_then_though_it_is_told_later() -> None:
    story = shop("./notify")
    story.event("run.resumed")
    story.do(*way("web1").tasks[:4])
    heard, _ = told_of(story.stop(20))
    assert [what["touched"] for _, what in heard] == [[], ["web1"]]


def test_trouble_is_said_at_the_end_and_shows_no_token() -> None:
    story = shop("./notify --loud", "https://hooks.example/T0/secret").stop(0)
    _, said = told_of(story, lambda target, text: "exit 1")
    assert said == [
        "warning: ./notify was not told: exit 1",
        "warning: https://hooks.example was not told: exit 1",
    ]


def test_one_that_hangs_holds_up_neither_the_run_nor_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_to, "PATIENCE", 0.01)
    never = threading.Event()
    story = shop("./notify")
    for _ in range(QUEUE + 5):
        story.event("run.resumed")

    def hang(target: str, text: str) -> str:
        never.wait(10)
        return ""

    began = time.monotonic()
    _, said = told_of(story, hang)
    never.set()
    assert time.monotonic() - began < 5
    assert said == ["warning: report_to was not told: not done 0.01 s after the end of the run"]


def test_a_command_gets_the_message_on_its_stdin(tmp_path: Path) -> None:
    script = tmp_path / "notify"
    script.write_text(f'#!/bin/sh\ncat > "{tmp_path}/got"\n[ "$1" = well ] || {{ echo no channel >&2; exit 3; }}\n')
    script.chmod(0o755)
    assert report_to.told(f"{script} well", '{"type":"start"}') == ""
    assert (tmp_path / "got").read_text() == '{"type":"start"}'
    assert report_to.told(f"{script} ill", "{}") == "exit 3: no channel"


@pytest.mark.parametrize("target", ["/nowhere/notify", "http://[/hook"])
def test_one_that_is_not_there_is_no_more_than_trouble(target: str) -> None:
    assert report_to.told(target, "{}")


def test_a_command_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_to, "DEADLINE", 0.2)
    assert report_to.told("sh -c 'sleep 100 & wait'", "{}") == "not done after 0.2 s"

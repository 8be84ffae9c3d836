"""The live view on a terminal of a given size."""

import io

import pytest
from rich.console import Console
from rich.text import Text

from tests.unit.report.shop import FLEET, RUN, Story, batch, plan, play, task, way
from zdd.report.board import Board
from zdd.report.live import LiveView
from zdd.report.live_view import live_view
from zdd.report.outlet import Outlet
from zdd.report.screen import screen


class Noon:
    """Twelve seconds after the story began."""

    def now(self) -> float:
        raise AssertionError("people are shown the calendar's time")

    def wall(self) -> float:
        return 12.0

    def sleep(self, seconds: float) -> None: ...


def drawn(story: Story, width: int = 80, height: int = 24, waits: str = "") -> list[str]:
    board = Board()
    board.catch_up(story.events)
    for row in list(board.rows.values()):
        board.waits(row.task, waits)
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None, _environ={})
    with console.capture() as capture:
        console.print(live_view(board, story.at + 12.0, height, width))
    lines = [line.rstrip() for line in capture.get().splitlines()]
    assert all(len(line) <= width for line in lines)
    return lines


def test_it_says_what_each_host_in_flight_waits_for() -> None:
    story = Story().begin().do(*way("web1").tasks)
    story.start(way("web2").tasks[2])
    lines = drawn(story, waits="3 sessions, 12 s left of 60 s")
    assert lines[0].startswith(f"{FLEET}  deploying 1.0 → 1.1")
    assert any(
        "web2" in line and "idle" in line and "12s" in line and "3 sessions" in line and "12 s left of 60 s" in line
        for line in lines
    )


def test_how_long_still_is_never_cut_off() -> None:
    story = Story().begin()
    story.start(way("web2").tasks[2])
    row = next(line for line in drawn(story, width=60, waits=f"{'x' * 100}, 12 s left of 60 s") if "idle" in line)
    assert row.endswith("… 12 s left of 60 s")


def test_it_says_how_many_serve_and_how_many_must() -> None:
    story = Story().begin()
    story.start(way("web1").tasks[1])
    assert drawn(story)[1].startswith("  2 of 3 serve, at least 2 must  ")
    assert drawn(story, width=63)[1] == "  2 of 3 serve, at least 2 must"


def test_a_run_that_stands_still_says_that_nobody_may_leave() -> None:
    story = Story().begin().do(*way("web1").tasks[:4])
    assert "nobody may leave" not in drawn(story)[1], "somebody is on the way"
    story.fail(way("web1").tasks[4], "exit 1")
    assert drawn(story)[1].startswith("  2 of 3 serve, at least 2 must: nobody may leave  ")
    assert "nobody may leave" not in drawn(story.stop(20))[1]


def test_the_name_of_the_run_can_be_copied() -> None:
    assert drawn(five_hundred(failing=3))[1].endswith(f" run {RUN}")


def test_a_batch_names_its_hosts_and_where_it_stands() -> None:
    story = Story().begin().do(task(None, "migrate"), *way("web1").tasks).fail(way("web2").tasks[4], "exit 1")
    story.start(way("web3").tasks[0])
    marks = [line.split("  ")[0] for line in drawn(story)[2:6]]
    assert marks == ["✓ before", "✓ batch 1", "! batch 2", "› batch 3"]
    assert "web3" in drawn(story)[5] and "0/1" in drawn(story)[5]


def test_failures_are_at_the_bottom() -> None:
    story = Story().begin().fail(way("web1").tasks[4], "exit 1").do(*way("web2").tasks[:3])
    assert "! web1 restart shop failed at shop.yml:7:3: exit 1" in drawn(story)[-1]


def five_hundred(failing: int = 0, why: str = "") -> Story:
    hosts = [f"web{n:03}" for n in range(500)]
    batches = tuple(batch(f"batch {n // 20}", *hosts[n : n + 20], width=20) for n in range(0, 500, 20))
    story = Story().begin(plan(play(hosts, batches=batches)))
    for host in hosts[:240]:
        story.do(*way(host).tasks)
    for host in hosts[240 : 240 + failing]:
        story.fail(way(host).tasks[4], f"exit {int(host[3:])}{why}")
    for host in hosts[240 + failing : 340]:
        story.start(way(host).tasks[2])
    return story


def test_five_hundred_hosts_fit_on_the_screen() -> None:
    lines = drawn(five_hundred(failing=12), height=24)
    assert len(lines) <= 24
    text = "\n".join(lines)
    assert "240 of 500 hosts done" in text
    assert "more in flight" in text
    assert "batches before are over" in text and "batches to come" in text
    assert "7 failures before these" in text


def test_the_end_of_a_reason_is_shown_too() -> None:
    why = f"not well after 60 s: /{'x' * 60}: status 500 instead of 200"
    shown = "".join(drawn(Story().begin().fail(way("web1").tasks[4], why))[-2:])
    assert shown == f"! web1 restart shop failed at shop.yml:7:3: {why}"


@pytest.mark.parametrize(("width", "height"), [(40, 12), (60, 14), (200, 60)])
def test_it_fits_on_small_and_large_terminals(width: int, height: int) -> None:
    lines = drawn(five_hundred(failing=1), width=width, height=height, waits="3 sessions, 12 s left of 60 s")
    assert len(lines) <= height
    text = "\n".join(lines)
    assert "batch 12" in text and "more in flight" in text and "! web240" in text


def test_with_long_reasons_it_still_fits() -> None:
    assert len(drawn(five_hundred(failing=12, why="y" * 300), height=24)) <= 24


def test_equal_failures_share_a_line() -> None:
    story = Story().begin()
    for host in ("web1", "web2", "web3"):
        story.fail(way(host).tasks[4], "exit 1")
    assert drawn(story)[-1] == "! web[1-3] restart shop failed at shop.yml:7:3: exit 1"


def test_hosts_that_fail_alike_share_a_line_though_each_says_its_own_name() -> None:
    story = Story().begin()
    for number, host in enumerate(("web1", "web2", "web3"), 1):
        why = f'not well after 6 s: http://10.0.0.{number}:8080/healthz: status 500: {{"host": "{host}"}}'
        story.fail(way(host).tasks[4], why)
    assert "".join(drawn(story)[-2:]) == (
        '! web[1-3] restart shop failed at shop.yml:7:3: not well after 6 s: /healthz: status 500: {"host": "web1"}'
    )


def test_what_a_host_answers_is_not_pushed_out_by_its_address() -> None:
    story = Story().begin()
    story.start(way("web2").tasks[2])
    waits = "http://127.68.241.12:8080/healthz: status 500 instead of 200, 4 s left of 6 s"
    [row] = [line for line in drawn(story, waits=waits) if "idle" in line]
    assert "/healthz: status 500 instead of 200 " in row


def terminal() -> tuple[io.StringIO, Console]:
    stream = io.StringIO()
    return stream, Console(file=stream, width=80, height=24, force_terminal=True, _environ={})


HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


def test_the_cursor_is_there_again_at_the_end() -> None:
    stream, console = terminal()
    view = LiveView(console, Noon(), Story().begin().events)
    assert stream.getvalue().endswith(HIDE) or HIDE in stream.getvalue()
    view.event(Story().begin().start(way("web1").tasks[0]), way("web1").tasks[0])
    view.close()
    view.close()
    text = stream.getvalue()
    assert text.rindex(SHOW) > text.rindex(HIDE)
    assert "batch 1" in text


def test_where_the_terminal_shows_a_ctrl_c_there_is_room_for_it() -> None:
    """On a full line it would begin another one, and the picture would be drawn anew a line too low."""
    stream, console = terminal()
    story = Story().begin()
    story.start(way("web2").tasks[2])
    view = LiveView(console, Noon(), story.events)
    view.waits(way("web2").tasks[2], f"{'x' * 100}, 12 s left of 60 s")
    view.close()
    lines = Text.from_ansi(stream.getvalue()).plain.splitlines()
    assert any("12 s left of 60 s" in line for line in lines)
    assert max(len(line) for line in lines) == 78


class Closed(io.StringIO):
    """A terminal that is gone."""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        raise BrokenPipeError(32, "Broken pipe")


def test_a_terminal_that_is_gone_fails_nothing() -> None:
    console = screen(Outlet(Closed()), {"TERM": "xterm"})
    view = LiveView(console, Noon())
    for event in Story().begin().do(*way("web1").tasks).events:
        view.event(event, None)
    view.close()

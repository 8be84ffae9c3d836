"""Windows without freezes; and whether a batch may begin."""

from datetime import UTC, datetime
from typing import Any

import pytest

from zdd.model import Batch, Event, Pipeline, Play, Task
from zdd.plan.in_hours import InHours, slowest
from zdd.plan.windows import Calendar


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def said(windows: tuple[str, ...], freezes: tuple[str, ...], at: str) -> str:
    hours = Calendar.of(windows, freezes).at(utc(at))
    return f"{'open' if hours.open else 'closed'} {hours.until:%m-%d %H:%M}" if hours.until else str(hours.open)


NIGHTS = ("Sat 22:00-24:00 UTC", "Sun 00:00-04:00 UTC")


@pytest.mark.parametrize(
    ("windows", "freezes", "at", "expected"),
    [
        ((), (), "2026-06-01", "True"),
        (("always", "Sun 02:00-04:00 UTC"), (), "2026-06-01", "True"),
        (("Sun 02:00-04:00 UTC",), (), "2026-06-07 01:59", "closed 06-07 02:00"),
        (("Sun 02:00-04:00 UTC",), (), "2026-06-07 02:00", "open 06-07 04:00"),
        (("Sun 02:00-04:00 UTC",), (), "2026-06-07 04:00", "closed 06-14 02:00"),
        (NIGHTS, (), "2026-06-06 23:00", "open 06-07 04:00"),  # what touches is one
        (("2026-12-24 UTC",), (), "2026-12-26", "False"),  # never again
        (("Sun 02:00-04:00 UTC",), ("2026-06-07 UTC",), "2026-06-01", "closed 06-14 02:00"),
        (("Sun 02:00-04:00 UTC",), ("2026-06-07 03:00-05:00 UTC",), "2026-06-07 02:30", "open 06-07 03:00"),
        (("Sun 02:00-04:00 UTC",), ("2026-06-07 01:00-03:00 UTC",), "2026-06-07 02:30", "closed 06-07 03:00"),
        ((), ("2026-12-20 - 2027-01-02 UTC",), "2026-12-24", "closed 01-03 00:00"),
        ((), ("2026-12-20 - 2027-01-02 UTC",), "2026-12-01", "open 12-20 00:00"),
        (("cron * * * * * for 2m UTC",), (), "2026-06-01 00:00:30", "open"),
        ((), ("cron */5 * * * * for 5m UTC",), "2026-06-01", "closed"),
    ],
)
def test_open_or_closed(windows: tuple[str, ...], freezes: tuple[str, ...], at: str, expected: str) -> None:
    assert said(windows, freezes, at).startswith(expected)


def way(host: str, seconds: float = 10.0) -> Pipeline:
    def task(step: str, **args: Any) -> Task:
        return Task(id=f"shop@x/{host}/{step}", step=step, host=host, args=args)

    return Pipeline(host=host, tasks=(task("look"), task("steady", seconds=seconds)), takes=frozenset([host]))


HOSTS = ("web1", "web2", "web3", "web4")
BATCH = Batch(name="batch 2", pipelines=tuple(way(host) for host in HOSTS), width=2)
PLAY = Play(fleet="shop@x", batches=(BATCH,), window=("Sun 02:00-04:00 UTC",))


def event(kind: str, host: str, step: str, at: float, status: str = "") -> Event:
    return Event(kind=kind, task=f"shop@x/{host}/{step}", at=at, status=status)


DONE = [
    event("task.started", "web1", "look", 100.0),
    event("task.ended", "web1", "look", 101.0, "ok"),
    event("task.ended", "web1", "steady", 160.0, "ok"),
    event("task.started", "web2", "look", 100.0),
    event("task.ended", "web2", "look", 101.0, "ok"),
    event("task.ended", "web2", "steady", 190.0, "ok"),
]


def test_the_slowest_host_counts_and_one_that_is_still_out_does_not() -> None:
    assert slowest(PLAY, []) is None
    assert slowest(PLAY, DONE[:2]) is None
    assert slowest(PLAY, DONE) == 90.0


@pytest.mark.parametrize(
    ("at", "events", "left", "why"),
    [
        ("2026-06-07 03:59:39", [], 4, ""),  # two rounds of 10 s at least
        ("2026-06-07 03:59:41", [], 4, "batch 2 would take 20 s"),
        ("2026-06-07 03:57:00", DONE, 4, ""),  # two rounds of 90 s
        ("2026-06-07 03:57:01", DONE, 4, "batch 2 would take 180 s, and the window closes"),
        ("2026-06-07 03:58:30", DONE, 2, ""),  # half of it is done already
        ("2026-06-07 04:00:00", [], 4, "the window is closed; it opens"),
    ],
)
def test_a_batch_that_would_outlast_the_window_does_not_begin(
    at: str, events: list[Event], left: int, why: str
) -> None:
    may = InHours(lambda: utc(at).timestamp(), lambda: events)
    said = may(PLAY, BATCH, left)
    assert said.startswith(why) and bool(said) == bool(why)


def test_what_takes_nobody_out_may_always_begin() -> None:
    may = InHours(lambda: utc("2026-06-01").timestamp(), list)
    once = Batch(name="after", pipelines=(Pipeline(host=None, tasks=(Task(id="x", step="run"),)),))
    assert may(PLAY, once, 1) == ""

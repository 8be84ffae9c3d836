"""A line per change, for logs and pipes. Equal results of several hosts come as one line, and silence is never long."""

import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import tzinfo

from zdd.model import Event, Task
from zdd.report.board import Board
from zdd.report.gathering import Gathering
from zdd.report.hosts import folded
from zdd.report.narrator import Line
from zdd.report.outlet import Outlet
from zdd.report.phases import Phases
from zdd.report.roster import Place
from zdd.report.times import clock_time, span
from zdd.report.titles import title
from zdd.report.told import told

HEARTBEAT = 30.0  # seconds
GATHER = 1.0  # seconds in which equal results are gathered into one line
WIDEST = 16  # characters of a name, for what comes after it to stand under each other


class Plain:
    """Lines on a stream. Time passes by what it is told: `event.at`, and `tick` in between."""

    def __init__(self, outlet: Outlet, zone: tzinfo | None = None, past: Iterable[Event] = ()) -> None:
        self._outlet, self._zone = outlet, zone
        self._board, self._phases = Board(), Phases()
        self._gathering = Gathering()
        self._beat: float | None = None
        self._lock = threading.Lock()
        self._catch_up(past)

    def event(self, event: Event, task: Task | None) -> None:
        with self._lock:
            self._pass(event.at)
            line = self._board.event(event, task)
            place = self._board.place(event)
            if line := self._phases.told(event, place, line):
                self._gather(replace(line, after=self._standing(line.place)))

    def waits(self, task: Task, text: str) -> None:
        with self._lock:
            self._board.waits(task, text)

    def tick(self, now: float) -> None:
        """Wall clock, as in events."""
        with self._lock:
            self._pass(now)

    def close(self) -> None:
        with self._lock:
            self._flush()

    def _catch_up(self, past: Iterable[Event]) -> None:
        """What happened before anyone watched comes as one line: where the run stands."""
        self._board.catch_up(past)
        if not self._board.title:
            return
        done, total = self._board.hosts
        facts = [f"{done} of {total} hosts done", *(str(fleet) for fleet in self._board.serving.fleets.values())]
        flying = sorted(self._board.rows)
        facts += [f"in flight: {folded(flying)}"] if flying else []
        self._outlet.line(f"{self._board.title}  run {self._board.run}: so far {', '.join(facts)}")
        last = [self._board.last] if self._board.ended and self._board.last else []
        for line in (*self._board.failures, *last):
            self._outlet.line(told([line], self._zone))

    def _pass(self, now: float) -> None:
        since = self._gathering.since
        if since is not None and now - since >= GATHER:
            self._flush()
        if self._beat is None or not self._board.on:
            self._beat = now
        elif now - self._beat >= HEARTBEAT:
            self._beat = now
            self._flush()
            self._outlet.line(self._heartbeat(now))

    def _gather(self, line: Line) -> None:
        if not self._gathering.fits(line):
            self._flush()
        self._gathering.add(line)
        if line.alarming or not line.who:
            self._flush()

    def _flush(self) -> None:
        width = min(WIDEST, max((len(host) for host in self._board.names), default=0))
        newest = 0.0  # a count that is older than the one above it would look as if hosts had gone again
        for lines in self._gathering.results:
            self._outlet.line(told(lines, self._zone, width, lines[-1].after if lines[-1].at >= newest else ""))
            newest = max(newest, lines[-1].at)
        self._gathering = Gathering()

    def _standing(self, place: Place | None) -> str:
        """When a host has left or come back: how many serve now, and how far the run is."""
        if place is None or place.phase not in ("out", "back", "put back"):
            return ""
        fleet = self._board.serving.fleets.get(place.fleet)
        done, total = self._board.hosts
        facts = [
            place.batch if place.phase == "out" else "",
            f"{fleet}, at least {fleet.floor} must" if fleet else "",
            f"{done} of {total} hosts done" if place.phase == "back" else "",
        ]
        return ", ".join(filter(None, facts))

    def _heartbeat(self, now: float) -> str:
        """Names the slowest, and what it waits for; where nobody is in flight, how many serve: that is why."""
        done, total = self._board.hosts
        if not self._board.at_work:
            serve = ", ".join(f"{fleet}, at least {fleet.floor} must" for fleet in self._board.serving.fleets.values())
            return f"{clock_time(now, self._zone)} nobody is in flight: {serve}; {done} of {total} hosts done"
        row, *others = self._board.at_work
        return (
            f"{clock_time(now, self._zone)} {row.who} {title(row.task)} for {span(now - row.since)} now"
            + (f": {row.waits}" if row.waits else "")
            + (f" (and {len(others)} more in flight)" if others else "")
            + f"; {done} of {total} hosts done"
        )

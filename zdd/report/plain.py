"""A line per change, for logs and pipes. Equal results of several hosts come as one line, and silence is never long."""

import threading
from datetime import tzinfo

from zdd.model import Event, Task
from zdd.report.gathering import Gathering
from zdd.report.narrator import Line, Narrator
from zdd.report.outlet import Outlet
from zdd.report.times import clock_time, span
from zdd.report.told import told

HEARTBEAT = 30.0  # seconds
GATHER = 1.0  # seconds in which equal results are gathered into one line


class Plain:
    """Lines on a stream. Time passes by what it is told: `event.at`, and `tick` in between."""

    def __init__(self, outlet: Outlet, zone: tzinfo | None = None) -> None:
        self._outlet, self._zone = outlet, zone
        self._narrator = Narrator()
        self._waits: dict[str, str] = {}  # task id -> what it waits for
        self._gathering = Gathering()
        self._beat: float | None = None
        self._lock = threading.Lock()

    def event(self, event: Event, task: Task | None) -> None:
        with self._lock:
            self._pass(event.at)
            line = self._narrator.line(event, task)
            if event.kind != "task.started":
                self._waits.pop(event.task, None)
            if line:
                self._gather(line)

    def waits(self, task: Task, text: str) -> None:
        with self._lock:
            self._waits[task.id] = text

    def tick(self, now: float) -> None:
        """Wall clock, as in events."""
        with self._lock:
            self._pass(now)

    def close(self) -> None:
        with self._lock:
            self._flush()

    def _pass(self, now: float) -> None:
        since = self._gathering.since
        if since is not None and now - since >= GATHER:
            self._flush()
        if self._beat is None or not self._narrator.in_flight:
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
        for lines in self._gathering.results:
            self._outlet.line(told(lines, self._zone))
        self._gathering = Gathering()

    def _heartbeat(self, now: float) -> str:
        """Names the slowest, and what it waits for."""
        task, since = min(self._narrator.in_flight.values(), key=lambda flight: flight[1])
        waits = self._waits.get(task.id)
        others = len(self._narrator.in_flight) - 1
        return (
            f"{clock_time(now, self._zone)} {self._narrator.roster.who(task)} {task} for {span(now - since)} now"
            + (f": {waits}" if waits else "")
            + (f" (and {others} more in flight)" if others else "")
        )

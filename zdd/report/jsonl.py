"""A run as JSON lines, for programs. The first line carries the format's version, the last one the exit code.

Minor versions add fields; a reader ignores those that it does not know. `seq` is the journal's own number and has no
gaps: where the journal is given, lines come from it, with what other processes asked for, and in order.
"""

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from zdd.model import Event, Task
from zdd.report.exit_codes import commands
from zdd.report.outlet import Outlet
from zdd.report.roster import Roster, origin
from zdd.report.touched import Touched

FORMAT = "1.2"


class JsonLines:
    """One JSON object a line. Exactly one summary, whoever says it first."""

    def __init__(
        self,
        outlet: Outlet,
        run: str = "",
        since: Callable[[int], Iterable[Event]] | None = None,
        past: Iterable[Event] = (),
        again: Callable[[str], str] = str,
    ) -> None:
        """`again`: as in `explained`."""
        self._outlet, self._run, self._since, self._again = outlet, run, since, again
        self._roster, self._touched = Roster(), Touched()
        self._code: int | None = None
        self._why = ""
        self._seq, self._over = 0, False
        self._lock = threading.Lock()
        self._write({"type": "version", "format": FORMAT})
        for event in past:
            self._tell(event, None)

    def event(self, event: Event, task: Task | None) -> None:
        with self._lock:
            for new in self._since(self._seq) if self._since else (event,):
                self._tell(new, task if new.task == event.task else None)

    def waits(self, task: Task, text: str) -> None:
        """Not a fact about the run: it is not journaled, and so it has no number."""

    def summary(self, code: int | None, touched: Iterable[str], why: str = "", then: Sequence[str] = ()) -> None:
        """How it ended, the hosts that were changed in any way, and what to type next. Nothing is said after it."""
        said = {"code": code, "why": why, "touched": sorted(touched), "next": list(then)}
        with self._lock:
            if not self._over:
                self._over = True
                self._write({"type": "summary", "run": self._run, **said})

    def close(self) -> None:
        """A run that was cut short has no exit code of its own: null."""
        then = [self._again(command) for command in commands(self._code, self._run)] if self._code is not None else []
        self.summary(self._code, self._touched.hosts, self._why, then)

    def _tell(self, event: Event, task: Task | None) -> None:
        if event.plan:
            self._run = event.plan.run
            self._roster.learn(event.plan)
        task = task or self._roster.task(event)
        self._touched.event(event, task)
        if event.kind == "run.stopped":
            self._code, self._why = int(event.data.get("code", 0)), event.detail
        self._seq = event.seq
        self._write({"type": "event", "seq": event.seq, "run": self._run, **_about(event, task)})

    def _write(self, line: Mapping[str, Any]) -> None:
        self._outlet.line(json.dumps(line, ensure_ascii=False, default=str))


def _about(event: Event, task: Task | None) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "task": event.task or None,
        "host": task.host if task else None,
        "step": task.step if task else None,
        "name": str(task) if task else None,
        "origin": origin(event, task) or None if task else None,
        "status": event.status or None,
        "detail": event.detail,
        "cause": event.cause if event.status in ("failed", "unknown") else None,
        "data": event.data,
        "at": event.at,
    }

"""The way out and the way back of a host, each told as one line: a line per change, not per look at a balancer."""

from dataclasses import replace

from zdd.model import DONE, Event
from zdd.report.narrator import Line
from zdd.report.roster import Place
from zdd.report.times import span

SLOW = 5.0  # seconds from which on a task of a phase is named


class Phases:
    """Gathers the tasks of each host's phase until its last one is done, or one is not."""

    def __init__(self) -> None:
        self._begun: dict[tuple[str, str], float] = {}  # who, phase -> since when
        self._slow: dict[tuple[str, str], list[str]] = {}

    def told(self, event: Event, place: Place | None, line: Line | None) -> Line | None:
        """The line as it is, the phase's, or none yet."""
        if place is None or not place.phase:
            return line
        key = (line.who if line else place.task.host or place.fleet, place.phase)
        if event.kind == "task.started":
            self._begun.setdefault(key, event.at)
            return line
        if event.kind != "task.ended" or line is None:
            return line
        if event.status not in DONE:
            self._forget(key)
            return line
        if place.task.step == "look" and event.status == "unchanged":
            self._forget(key)
            return replace(line, what="left alone", took=None)
        if line.took is not None and line.took >= SLOW and place.task.step != "steady":  # which is long on purpose
            self._slow.setdefault(key, []).append(f"{place.task} {span(line.took)}")
        return self._whole(key, event, replace(line, place=place)) if place.ends_its_phase else None

    def _whole(self, key: tuple[str, str], event: Event, line: Line) -> Line:
        begun, slow = self._begun.get(key, event.at), self._slow.get(key, [])
        self._forget(key)
        return replace(line, what=f"{key[1]} ok", took=event.at - begun, slow=", ".join(slow))

    def _forget(self, key: tuple[str, str]) -> None:
        self._begun.pop(key, None)
        self._slow.pop(key, None)

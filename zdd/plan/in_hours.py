"""May this batch begin? Not if, by the times measured so far, it would outlast the window. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from math import ceil

from zdd.model import Batch, Event, Play
from zdd.plan.least_time import least_time
from zdd.plan.windows import Calendar, moment, shown


class InHours:
    """Asked by the engine before each batch that takes hosts out. `wall` tells the time, `events` what was done."""

    def __init__(self, wall: Callable[[], float], events: Callable[[], Iterable[Event]]) -> None:
        self._wall, self._events = wall, events

    def __call__(self, play: Play, batch: Batch, left: int) -> str:
        """Why not; empty if it may. `left`: how many of its hosts are still to be done."""
        if not (play.window or play.freeze) or not any(pipeline.takes for pipeline in batch.pipelines):
            return ""
        now = moment(self._wall())
        hours = Calendar.of(play.window, play.freeze).at(now)
        if not hours.open:
            return f"the window is closed; it opens {shown(hours.until)}"
        takes = needed(play, batch, left, slowest(play, self._events()))
        if hours.until and now + timedelta(seconds=takes) > hours.until:
            return f"{batch.name} would take {takes:.0f} s, and the window closes {shown(hours.until)}"
        return ""


def needed(play: Play, batch: Batch, left: int, measured: float | None) -> float:
    """Seconds that the rest of a batch takes; where nothing was measured, at least."""
    if measured is None:
        return least_time(play, batch)
    return ceil(left / max(1, batch.width)) * measured


def slowest(play: Play, events: Iterable[Event]) -> float | None:
    """Seconds that the slowest host took from its look to its end; None where none has come so far."""
    ends = _ends(play)
    begun: dict[str, float] = {}
    took: list[float] = []
    for event in events:
        host = ends.get(event.task)
        if host and event.kind == "task.started" and event.task.endswith("/look"):
            begun[host] = event.at
        elif host in begun and event.kind == "task.ended" and not event.task.endswith("/look"):
            took.append(event.at - begun.pop(host))
    return max(took, default=None)


def _ends(play: Play) -> Mapping[str, str]:
    """First and last task of each host that is taken out -> the host."""
    mine = [pipeline for pipeline in play.pipelines() if pipeline.takes and pipeline.host]
    return {task.id: str(pipeline.host) for pipeline in mine for task in (pipeline.tasks[0], pipeline.tasks[-1])}

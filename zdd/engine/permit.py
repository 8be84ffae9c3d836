"""May a host leave its balancers now? Floor, neighbours, and the last one up (R5)."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from zdd.balancers.traffic import Snapshot
from zdd.engine.run import Run
from zdd.engine.watch import Watch
from zdd.journal.remaining import remaining
from zdd.model import Pipeline, Play


class Permit:
    """Asked before a pipeline starts, and once more with the drain, in one critical section."""

    def __init__(self, run: Run, watch: Watch) -> None:
        self.run, self.watch = run, watch
        self._racks: dict[str, dict[str, list[str]]] = {}  # fleet -> value -> hosts that stay apart

    def why_not(self, play: Play, pipeline: Pipeline, snapshot: Snapshot) -> str:
        """Why the pipeline may not start; empty if it may. Who is out already may always come home, also where a
        balancer has let it in half changed."""
        if pipeline.host in self.run.state.entered or all(snapshot.nowhere(host) for host in pipeline.takes):
            return ""
        drains = any(task.step == "drain" for task in remaining(pipeline, self.run.state))
        return self.kept_in(play, str(pipeline.host), snapshot) if drains else ""

    def may_leave(self, play: Play, host: str, snapshot: Snapshot) -> str:
        """Asked inside the section: by now others may be gone, or the host itself be back. A host whose drain was lost
        in the middle of a change is not asked, nor one that nobody is sent to."""
        free = host in self.run.state.entered or snapshot.nowhere(host)
        return "" if free else self.kept_in(play, host, snapshot)

    def kept_in(self, play: Play, host: str, snapshot: Snapshot) -> str:
        """Who is in flight counts as gone."""
        gone = frozenset(map(str, {*self.run.in_flight, host}))
        up, neighbours = self.watch.serving(play, snapshot), self.neighbours(play, host)
        if why := short_of_hosts(play, neighbours, up, gone, lambda other: self.held(play, other)):
            return why
        last = snapshot.last_one(host, gone) if play.floor else ""
        return f"it is the last one up in {last}" if last else ""

    def held(self, play: Play, host: str) -> bool:
        """An operator wants it so: it neither serves nor is it missed."""
        found = self.run.state.found.get(host)
        return host in play.held if found is None else bool(found.get("held"))

    def neighbours(self, play: Play, host: str) -> Iterable[str]:
        """Who is never out together with this host."""
        if play.fleet not in self._racks:
            self._racks[play.fleet] = racks_of(play)
        return [other for other in self._racks[play.fleet].get(play.apart.get(host, ""), ()) if other != host]


def racks_of(play: Play) -> dict[str, list[str]]:
    """Value of `apart` -> the hosts with it."""
    racks = defaultdict[str, list[str]](list)
    for host, value in play.apart.items():
        racks[value].append(host)
    return racks


def short_of_hosts(
    play: Play, neighbours: Iterable[str], up: frozenset[str], gone: frozenset[str], held: Callable[[str], bool]
) -> str:
    """Why a host may not leave, with whom these would be gone; empty if it may. `held`: missed by nobody."""
    for other in neighbours:
        if (other not in up or other in gone) and not held(other):
            return f"{other} is out, and they stay apart ({play.apart[other]})"
    left = len(up) - len(up & gone)
    if left < play.floor:
        return f"{left} would serve, at least {play.floor} must"
    return ""

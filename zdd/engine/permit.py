"""May a host leave its balancers now? Floor, neighbours, and the last one up (R5)."""

from collections.abc import Callable, Iterator

from zdd.engine.run import Run
from zdd.engine.watch import Watch
from zdd.journal.state import remaining
from zdd.model import Pipeline, Play


class Permit:
    """Asked before a pipeline starts, and once more with the drain, in one critical section."""

    def __init__(self, run: Run, watch: Watch) -> None:
        self.run, self.watch = run, watch

    def why_not(self, play: Play, pipeline: Pipeline, serving: frozenset[str]) -> str:
        """Why the pipeline may not start; empty if it may. Who is out already may always come home."""
        drains = any(task.step == "drain" for task in remaining(pipeline, self.run.state))
        leaves = pipeline.takes & serving if drains else frozenset()
        return self.kept_in(play, pipeline.host, leaves, serving) if leaves else ""

    def may_leave(self, play: Play, host: str) -> str:
        """Asked inside the section: by now others may be gone, or the host itself be back. A host whose drain was lost
        in the middle of a change is not asked."""
        if host in self.run.state.entered:
            return ""
        return self.kept_in(play, host, frozenset([host]), self.watch.serving(play))

    def kept_in(self, play: Play, host: str | None, leaves: frozenset[str], serving: frozenset[str]) -> str:
        """Who is in flight counts as gone."""
        gone = frozenset(name for name in self.run.in_flight if name)
        why = short_of_hosts(play, host, leaves, serving - gone, lambda other: self.held(play, other))
        return why or (self.last_one(play, host, gone) if play.floor and host else "")

    def last_one(self, play: Play, host: str, gone: frozenset[str]) -> str:
        last = self.watch.snapshot(play).last_one(host, gone - {host}) if play.balancers else ""
        return f"it is the last one up in {last}" if last else ""

    def held(self, play: Play, host: str) -> bool:
        """An operator wants it so: it neither serves nor is it missed."""
        found = self.run.state.found.get(host)
        if found is not None:
            return bool(found.get("held"))
        return host in play.targets and play.targets[host].held


def short_of_hosts(
    play: Play, host: str | None, leaves: frozenset[str], serving: frozenset[str], held: Callable[[str], bool]
) -> str:
    """Why the others would be too few without these; empty if they would not. `held`: missed by nobody."""
    for other in neighbours(play, host):
        if other not in serving and not held(other):
            return f"{other} is out, and they stay apart ({play.apart[other]})"
    left = serving - leaves
    if len(left) < play.floor:
        return f"{len(left)} would serve, at least {play.floor} must"
    return ""


def neighbours(play: Play, host: str | None) -> Iterator[str]:
    value = play.apart.get(host or "")
    return (other for other, rack in play.apart.items() if value is not None and other != host and rack == value)

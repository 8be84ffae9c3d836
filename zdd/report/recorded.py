"""What the journal says of each host: the release that it runs and whether it serves."""

from collections.abc import Iterator
from dataclasses import dataclass

from zdd.journal.state import State
from zdd.model import DONE, Pipeline, Play, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One host as the journal has it. `serving` is None where that was not settled."""

    host: str
    fleet: str
    release: str
    serving: bool | None
    note: str = ""


def recorded(state: State) -> list[Recorded]:
    """All hosts of the run, in the order of its plays."""
    if not state.forward:
        return []
    return [_host(state, play, host, target) for play in state.forward.plays for host, target in play.targets.items()]


def _host(state: State, play: Play, host: str, target: Target) -> Recorded:
    release, serving, note = _what(state, play, host, target)
    notes = [note, *_notes(state, play, host)]
    return Recorded(host=host, fleet=play.fleet, release=release, serving=serving, note=", ".join(filter(None, notes)))


def _what(state: State, play: Play, host: str, target: Target) -> tuple[str, bool | None, str]:
    """Release, serving, and what is going on there."""
    before = target.runs or "nothing"
    after = target.release.name if target.release else before
    if host in state.fallen:
        return after, False, "was up and fell"
    if _done(state, play, host):
        return after, host not in play.held, ""
    if host in state.changed:
        return f"{before} or {after}", False, "in the middle of the change"
    if host in state.touched:
        return before, None, "on its way out or back, not changed"
    return before, target.served, ""


def _notes(state: State, play: Play, host: str) -> Iterator[str]:
    if host in state.skipped:
        yield "skipped"
    if host in state.left or host in state.zero:
        yield "left behind"
    if host in state.taken_out:
        yield "taken out by zdd"
    if host in play.held:
        yield "held by an operator"


def _done(state: State, play: Play, host: str) -> bool:
    """Its way to the new release ended well and was not undone."""
    way = _way(play, host)
    if not way:
        return False
    stands = {**state.kept, **({} if state.reverting else state.tasks)}
    first, last = way.tasks[0], way.tasks[-1]
    return stands.get(last.id) in DONE or (first.step == "look" and stands.get(first.id) == "unchanged")


def _way(play: Play, host: str) -> Pipeline | None:
    return next((p for p in play.pipelines() if p.host == host and p.put_back), None)

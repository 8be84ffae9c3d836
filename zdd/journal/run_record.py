"""One run as lists show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from zdd.model import Direction, Plan, Play


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What the store knows of a run without reading its events."""

    id: str
    fleets: tuple[str, ...]
    created: float  # wall clock
    playbook: str
    versions: str  # "1.0 → 1.1"
    by: str = ""  # who began it: user@machine
    reason: str = ""
    around: str = ""  # emergency ways that it took, as they were typed
    given_up: str | None = None  # why, where it was
    direction: Direction  # of its newest leg
    epoch: int
    seq: int  # of its newest event
    code: int | None  # None: it is running, or its process died
    last: float  # when its newest event was written


def versions(plan: Plan) -> str:
    """From what to what, for people: "1.0 → 1.1", and "1.1 → 1.0" for the way back; for several plays, one after the
    other."""
    return ", ".join(_versions(play, plan.direction) for play in plan.plays)


def _versions(play: Play, direction: Direction) -> str:
    to = _listed(target.release.version for target in play.targets.values() if target.release)
    if not to:
        return "maintenance"
    before = _listed(t.before.version if t.before else t.runs or "nothing" for t in play.targets.values())
    return f"{before} → {to}" if direction == "forward" else f"{to} → {before}"


def _listed(names: Iterable[str]) -> str:
    return "/".join(dict.fromkeys(names))

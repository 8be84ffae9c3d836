"""Who holds a fleet, as people read it."""

from collections.abc import Mapping, Sequence

from zdd.engine.lease import holder, owner_is_dead
from zdd.transport.lease_file import LeaseRecord

Seen = Mapping[str, tuple[int, LeaseRecord | None]]  # machine -> the highest epoch it has seen, and the lease it keeps


def lease_text(fleet: str, seen: Seen, places: Sequence[str]) -> str:
    """Machine by machine, those out of reach among them."""
    lines = [f"{place}: {_said(*seen[place]) if place in seen else 'not reached'}" for place in places]
    return "\n".join([fleet, *(f"  {line}" for line in lines)])


def held_in_short(seen: Seen) -> str:
    """By whom and why, for one line."""
    if not seen:
        return "unknown, none of the machines that keep it was reached"
    return "; ".join(dict.fromkeys(holder(lease) for _, lease in seen.values() if lease)) or "free"


def is_held_by(seen: Seen, run: str) -> bool:
    """By a process that may still live, for all that can be told from here."""
    return any(lease.run == run and not owner_is_dead(lease.owner) for _, lease in seen.values() if lease)


def _said(epoch: int, lease: LeaseRecord | None) -> str:
    return f"{holder(lease)} (epoch {lease.epoch})" if lease else f"free (epoch {epoch})"

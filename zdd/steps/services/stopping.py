"""How a service is stopped: who is told, and when whoever has not ended is killed."""

import re
from dataclasses import dataclass

# As systemd writes spans of time: "1min 30s". A month is what it takes for one.
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0, "month": 2629800.0}
SPAN = re.compile(r"(\d+(?:\.\d+)?)(us|ms|s|min|h|d|w|month)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping:
    """One service. `limit`: seconds until the rest of it is killed; None: never, or nobody can tell."""

    there: bool = True
    limit: float | None = None
    group: bool = False  # each of its processes is told at once, those too that work for its main one


def parse(text: str) -> Stopping:
    """Of what `ServiceManager.stopping` prints."""
    said = dict(line.partition(" ")[::2] for line in text.splitlines())
    return Stopping(there="absent" not in said, limit=_seconds(said.get("limit", "")), group="group" in said)


def _seconds(span: str) -> float | None:
    parts = [SPAN.fullmatch(part) for part in span.split()]
    if not parts or None in parts:
        return None
    return sum(float(part[1]) * UNITS[part[2]] for part in parts if part)

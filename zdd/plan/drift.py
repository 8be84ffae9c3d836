"""How the inventory has drifted since a plan was frozen (R22). The plan does not change by it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from zdd.model import Endpoint, Play


@dataclass(frozen=True, slots=True)
class Today:
    """What the inventory says now."""

    known: Collection[str]  # every machine
    selected: Collection[str]  # hosts of the play's pattern
    endpoints: Mapping[str, Endpoint]  # of those of the plan, where the inventory alone can tell


def drift(play: Play, today: Today) -> Iterator[str]:
    """A sentence for each machine that is another one now, or gone, or new."""
    frozen = dict(play.machines) | {host: target.endpoint for host, target in play.targets.items()}
    for name, was in frozen.items():
        if name not in today.known:
            yield f"{name} is gone from the inventory"
        elif name in play.hosts and name not in today.selected:
            yield f"{name} is no longer one of `{play.pattern}`; the run works with it as before"
        if (now := today.endpoints.get(name)) and where(now) != where(was):
            yield f"{name} is at {where(now)} now; the run goes to {where(was)}, as it began"
    for host in today.selected:
        if host not in play.hosts:
            yield f"{host} is new in `{play.pattern}`; the run leaves it alone"


def where(endpoint: Endpoint) -> str:
    return f"{endpoint.address}:{endpoint.port}" if endpoint.port else endpoint.address

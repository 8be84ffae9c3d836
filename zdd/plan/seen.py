"""What was seen of a host before the plan was made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from zdd.model import Admin, Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One host as preflight saw it."""

    host: str
    runs: str = ""  # what `current` names; empty: nothing
    found: str = ""  # what a way back leads to: the same, or what the superseded run had found
    lacks: str = ""  # why it can lead nowhere, whatever is recorded: the release is not whole, not to be had
    record: Release | None = None  # the frozen release that it leads to, as the host itself has kept it
    trusted: bool = True  # the digest of that record is one that the journal knows
    serving: bool = True  # up, at full weight, in every balancer; without balancers: its checks pass
    nowhere: bool = False  # no balancer sends it anything
    held: bool = False
    admin: Mapping[str, Admin] = field(default_factory=dict)  # balancer -> how it is set there
    marks: tuple[str, ...] = ()  # the runs whose marks it bears

"""What is still busy on a host, beyond the sessions and queues that the balancers count. The contract and the table."""

from collections.abc import Callable
from typing import Protocol


class Probe(Protocol):
    """Something on a host that must be idle before the host is changed."""

    @property
    def spacing(self) -> float:
        """Seconds between two readings that both count: more than 0.1 where the counts lag."""

    def quiesce(self) -> None:
        """Let it begin nothing new. Safe to say twice."""

    def busy(self) -> int | None:
        """How much it still has in hand; None where that cannot be told, which is never idle."""

    def resume(self) -> None:
        """Let it begin new work again. Safe to say twice."""


PROBES: dict[str, Callable[..., Probe]] = {}

"""What sends traffic to hosts: the contract. `table` has those that exist.

A balancer never decides: it does what it is told, reads it back, and says what it sees.
"""

from dataclasses import dataclass
from typing import Protocol

from zdd.model import Admin


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One host in one backend of a balancer, as the balancer sees it now. A host may be in several backends."""

    host: str
    backend: str  # "shop/web1": the backend and the balancer's own name for the host
    admin: Admin
    up: bool  # takes its full share: every check passed, slow start over, full weight, not a backup
    partly: bool = False  # takes traffic though it is not up: slow start, part weight, backup, clients that stick to it
    sessions: int = 0  # in flight
    queued: int = 0  # waiting for this host alone
    leaving: int = 0  # old processes of the balancer: they know nothing newer, and send on what old connections ask
    persistent: bool = False  # clients may stick to it (cookie, stick table), so that a drain alone never empties it
    checked: bool = True  # the balancer would notice if the host died
    status: str = ""  # the balancer's own word, for people

    @property
    def serves(self) -> bool:
        """Whether the balancer sends it anything at all."""
        return self.up or self.partly


class Balancer(Protocol):
    """One balancer that serves hosts of a play. Every call is one exchange with the machine it runs on.

    All raise `Lost(cause="environment")` where the balancer does not answer, `Failed(cause="environment")` where it
    refuses.
    """

    @property
    def name(self) -> str:
        """As in the found state: "lb1"."""

    def members(self) -> tuple[Member, ...]:
        """Every host that it serves, in every backend. A host that it does not know is absent."""

    def drain(self, host: str) -> None:
        """No new clients; those that stick may still come. Read back. A host in maint is left there."""

    def shut(self, host: str) -> None:
        """No new request of any kind; what is in flight finishes. Read back."""

    def enable(self, host: str) -> None:
        """Back, but from "down" where the balancer checks it itself: it must see real passes first. Read back.
        Returns before the host is up. A host that is ready already is left alone."""

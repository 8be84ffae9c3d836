"""What is still busy on a host, beyond the sessions and queues that the balancers count: the contract.

`table` has those that exist. A probe is asked from the controller, through the host's session.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from zdd.errors import Finding
from zdd.transport import Session


class Service(Protocol):
    """A service of the host, through its service manager. Raises `Failed` with the manager's words, `Lost`."""

    def start(self) -> None:
        """Returns when it runs. One that still stops is awaited first."""

    def quiesce(self) -> None:
        """Tell it to stop, and do not wait for that. Never told twice: many take a second word for `at once`."""

    def kill(self) -> None:
        """End all of it at once, whatever it has in hand."""

    def runs(self) -> bool: ...

    def processes(self) -> frozenset[int] | None:
        """All of it that lives, also while it stops: its processes and their children. None where nobody can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What a probe may use of its host."""

    name: str
    address: str
    session: Callable[[], Session]  # raises `Unreachable`
    service: Callable[[str], Service]
    user: str = ""  # whom its commands run as; empty: who logs in


class Probe(Protocol):
    """Something on a host that must be idle before the host is changed."""

    @property
    def spacing(self) -> float:
        """Seconds between two readings that both count: more than 0.1 where the counts lag."""

    @property
    def unit(self) -> str:
        """What one of it is called: "job"."""

    def quiesce(self) -> None:
        """Let it begin nothing new. Safe to say twice."""

    def busy(self) -> int | None:
        """How much it still has in hand; None where that cannot be told, which is never idle."""

    def resume(self) -> None:
        """Let it begin new work again. Safe to say twice."""


@runtime_checkable
class Checked(Protocol):
    """A probe that can say beforehand what would keep it from telling idleness."""

    def check(self) -> Iterable[Finding]:
        """Changes nothing. Raises `Lost`, `Failed`."""


@runtime_checkable
class Workers(Protocol):
    """A probe that stops a service to quiesce it, and starts it to resume."""

    @property
    def service(self) -> str: ...

    def works(self) -> bool:
        """Whether the service runs now. One that was found stopped is not started by a way back."""

    def cut(self) -> None:
        """The deadline has passed and the playbook says `force`: what is in hand is given up."""

    def taken(self) -> tuple[str, ...]:
        """Ids of work that some worker has taken and not begun. What is still among them a second after the last
        worker of the host ended was dropped: nobody will do it. Raises `Lost`."""

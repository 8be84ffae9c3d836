"""All balancers of a play as one: who serves, who is shut everywhere, what is still in flight."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from zdd.balancers import Balancer, Member
from zdd.clock import Clock
from zdd.errors import Lost
from zdd.model import Admin

PATIENCE = 3.0  # seconds for which a balancer may be gone: longer than a reload takes
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What every balancer said at one moment."""

    members: Mapping[str, tuple[Member, ...]]  # balancer -> what it serves
    serves: Mapping[str, frozenset[str]]  # balancer -> the hosts it ought to serve

    def of(self, host: str) -> tuple[Member, ...]:
        return tuple(m for members in self.members.values() for m in members if m.host == host)

    def admin(self, host: str) -> dict[str, Admin]:
        """Balancer -> how the host is set there: the least open of its backends."""
        rank: tuple[Admin, ...] = ("maint", "drain", "ready")
        found: dict[str, Admin] = {}
        for balancer, members in self.members.items():
            mine = [m.admin for m in members if m.host == host]
            if mine:
                found[balancer] = min(mine, key=rank.index)
        return found

    def up(self, host: str) -> bool:
        """Serving: up in every backend of every balancer that ought to serve it."""
        mine = self.of(host)
        return bool(mine) and all(m.up for m in mine) and not self.strangers(host)

    def strangers(self, host: str) -> tuple[str, ...]:
        """Balancers that ought to serve the host and do not know it."""
        return tuple(
            b for b, hosts in self.serves.items() if host in hosts and host not in {m.host for m in self.members[b]}
        )

    def serving(self) -> frozenset[str]:
        hosts = {m.host for members in self.members.values() for m in members}
        return frozenset(host for host in hosts if self.up(host))

    def nowhere(self, host: str) -> bool:
        """No balancer sends it anything."""
        return not any(m.serves for m in self.of(host))

    def is_shut(self, host: str) -> bool:
        return all(m.admin == "maint" for m in self.of(host))

    def is_drained(self, host: str) -> bool:
        return all(m.admin != "ready" for m in self.of(host))

    def in_flight(self, host: str) -> int:
        return sum(m.sessions + m.queued for m in self.of(host))

    def queued(self, host: str) -> int:
        return sum(m.queued for m in self.of(host))

    def last_one(self, host: str, gone: frozenset[str] = frozenset()) -> str:
        """The backend in which the host is the last one up, those that are `gone` not counted; empty if in none."""
        for balancer, members in self.members.items():
            up = [(m.backend.partition("/")[0], m.host) for m in members if m.up and m.host not in gone]
            for backend in (backend for backend, name in up if name == host):
                if not any(name != host for other, name in up if other == backend):
                    return f"{backend} on {balancer}"
        return ""


def patiently(clock: Clock, read: Callable[[], T]) -> T:
    """A reading is safe to repeat, and a reload must not halt a run. One that was silent for as long is not repeated:
    silence is no reload."""
    end = clock.now() + PATIENCE
    while True:
        try:
            return read()
        except Lost:
            if clock.now() >= end:
                raise
            clock.sleep(0.5)


class Traffic:
    """The balancers of a play. Without any, `checks` says who serves: whose health checks pass."""

    def __init__(
        self,
        balancers: Sequence[Balancer],
        serves: Mapping[str, frozenset[str]],
        checks: Callable[[], frozenset[str]] | None = None,
    ) -> None:
        self.balancers = {balancer.name: balancer for balancer in balancers}
        self._serves, self._checks = dict(serves), checks

    def read(self) -> Snapshot:
        return Snapshot({name: balancer.members() for name, balancer in self.balancers.items()}, self._serves)

    def serving(self) -> frozenset[str]:
        if not self.balancers and self._checks:
            return self._checks()
        return self.read().serving()

    def of(self, host: str) -> tuple[Balancer, ...]:
        """The balancers that serve a host."""
        return tuple(self.balancers[name] for name, hosts in self._serves.items() if host in hosts)

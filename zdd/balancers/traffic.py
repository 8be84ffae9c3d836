"""All balancers of a play as one: who serves, who is shut everywhere, what is still in flight."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from zdd.balancers import Balancer, Member
from zdd.clock import Clock
from zdd.errors import Lost, written_at
from zdd.model import Admin

PATIENCE = 3.0  # seconds for which a balancer may be gone: longer than a reload takes
T = TypeVar("T")


@dataclass(frozen=True)  # without slots: what is worked out once stays
class Snapshot:
    """What every balancer said at one moment."""

    members: Mapping[str, tuple[Member, ...]]  # balancer -> what it serves
    serves: Mapping[str, frozenset[str]]  # balancer -> the hosts it ought to serve
    well: frozenset[str] = frozenset()  # hosts without a balancer whose own checks pass, where they were asked

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
        return host in self.well or (bool(mine) and all(m.up for m in mine) and not self.strangers(host))

    def strangers(self, host: str) -> tuple[str, ...]:
        """Balancers that ought to serve the host and do not know it."""
        return tuple(
            b for b, hosts in self.serves.items() if host in hosts and host not in {m.host for m in self.members[b]}
        )

    @cached_property
    def serving(self) -> frozenset[str]:
        """Everyone who is `up`."""
        hosts = {m.host for members in self.members.values() for m in members}
        down = {m.host for members in self.members.values() for m in members if not m.up}
        known = {name: {m.host for m in members} for name, members in self.members.items()}
        strange = {host for name, ought in self.serves.items() for host in ought - known[name]}
        return frozenset(hosts - down - strange) | self.well

    @cached_property
    def taking(self) -> frozenset[str]:
        """Everyone who takes any traffic at all."""
        return frozenset(m.host for members in self.members.values() for m in members if m.serves) | self.well

    def nowhere(self, host: str) -> bool:
        """Nobody sends it anything."""
        return host not in self.taking

    def is_shut(self, host: str) -> bool:
        return all(m.admin == "maint" for m in self.of(host))

    def is_drained(self, host: str) -> bool:
        return all(m.admin != "ready" for m in self.of(host))

    def in_flight(self, host: str) -> int:
        return sum(m.sessions + m.queued for m in self.of(host))

    def leaving(self, host: str) -> int:
        """Old processes of its balancers."""
        mine = ([m.leaving for m in members if m.host == host] for members in self.members.values())
        return sum(max(of, default=0) for of in mine)

    def queued(self, host: str) -> int:
        return sum(m.queued for m in self.of(host))

    def last_one(self, host: str, gone: frozenset[str] = frozenset()) -> str:
        """The backend that takes traffic through the host and has no other one up, those that are `gone` not counted;
        empty if there is none."""
        for balancer, members in self.members.items():
            mine = [_backend(m) for m in members if m.host == host and m.serves]
            others = {_backend(m) for m in members if m.up and m.host != host and m.host not in gone}
            for backend in mine:
                if backend not in others:
                    return f"{backend} on {balancer}"
        return ""


def _backend(member: Member) -> str:
    return member.backend.partition("/")[0]


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
    """The balancers of a play. `checks` says which of the hosts that none of them serves pass their own checks."""

    def __init__(
        self,
        balancers: Sequence[Balancer],
        serves: Mapping[str, frozenset[str]],
        checks: Callable[[], frozenset[str]] | None = None,
        origins: Mapping[str, str] | None = None,
    ) -> None:
        self.balancers = {balancer.name: balancer for balancer in balancers}
        self._origins = origins or {}  # balancer -> the line of the playbook that wants it
        self._serves, self._checks = dict(serves), checks

    def read(self) -> Snapshot:
        """What the balancers say."""
        members = dict[str, tuple[Member, ...]]()
        for name, balancer in self.balancers.items():
            with self.asking(balancer):
                members[name] = balancer.members()
        return Snapshot(members, self._serves)

    def everyone(self) -> Snapshot:
        """The same, and who serves without a balancer: for the floor."""
        snapshot = self.read()
        return replace(snapshot, well=self._checks()) if self._checks else snapshot

    def asking(self, balancer: Balancer) -> AbstractContextManager[None]:
        """What fails in here names its line."""
        return written_at(self._origins.get(balancer.name, ""))

    def of(self, host: str) -> tuple[Balancer, ...]:
        """The balancers that serve a host."""
        return tuple(self.balancers[name] for name, hosts in self._serves.items() if host in hosts)

"""One host taken out of its balancers, or put back, by a person and outside of any run. It leaves no mark: a later
deploy finds the host held."""

from collections.abc import Callable
from dataclasses import dataclass

from zdd.balancers import Balancer
from zdd.balancers.traffic import Snapshot, Traffic
from zdd.clock import Clock
from zdd.engine.permit import racks_of, short_of_hosts
from zdd.errors import Failed, Finding, Interrupted, Lost, Preflight
from zdd.model import Play

PIECE = 0.5  # seconds between two looks at the balancers
READINGS, SPACING = 3, 0.1  # zeros in a row, seconds apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """The balancers of a play, in a person's hand. `tell` is told what is waited for."""

    play: Play
    traffic: Traffic
    clock: Clock
    tell: Callable[[str], None]

    # -- out

    def drain(self, host: str) -> None:
        """Out of all balancers, or of none (R6). Raises `Preflight` where the floor keeps it in, or one refuses."""
        snapshot = self.traffic.read()
        if why := self._kept_in(host, snapshot):
            raise Preflight([Finding(host, why, "bring another host back, or --min-serving N")])
        drained: list[Balancer] = []
        try:
            for balancer in self._of(host, snapshot):
                drained.append(balancer)
                balancer.drain(host)
        except Interrupted:
            self._undo(host, drained, snapshot)
            raise
        except (Failed, Lost) as error:
            self._undo(host, drained, snapshot)
            raise Preflight([Finding(host, f"was put back, nothing is changed: {error}", INSTEAD)]) from error

    def _kept_in(self, host: str, snapshot: Snapshot) -> str:
        """The floor, neighbours, and the last one up (R5). A host that serves nowhere takes nothing with it."""
        if snapshot.nowhere(host):
            return ""
        up = snapshot.serving & frozenset(self.play.hosts)
        rack = racks_of(self.play).get(self.play.apart.get(host, ""), [])
        neighbours = [other for other in rack if other != host]
        why = short_of_hosts(self.play, neighbours, up, frozenset([host]), lambda other: held(snapshot, other))
        if why or not self.play.floor:
            return why
        last = snapshot.last_one(host)
        return f"it is the last one up in {last}" if last else ""

    def _undo(self, host: str, drained: list[Balancer], snapshot: Snapshot) -> None:
        """Where it was ready before it is enabled again; one that cannot be told is named."""
        before, refused = snapshot.admin(host), []
        for balancer in drained:
            try:
                if before.get(balancer.name) == "ready":
                    balancer.enable(host)
            except (Failed, Lost) as error:
                refused.append(f"{balancer.name}: {error}")
        if refused:
            what = f"may be out of some balancers only: {'; '.join(refused)}"
            raise Preflight([Finding(host, what, f"zdd host enable {host}, or {INSTEAD}")])

    def idle(self, host: str, seconds: float) -> str:
        """Wait until nothing on it is in flight; what still is after so long, or nothing."""
        return self._until_none(lambda: in_flight(self.traffic.read(), host), seconds, READINGS)

    # -- back

    def enable(self, host: str) -> None:
        """Every balancer that can be reached; raises `Lost` with those that could not be (R6)."""
        refused = []
        for balancer in self._of(host, self.traffic.read()):
            try:
                balancer.enable(host)
            except (Failed, Lost) as error:
                refused.append(f"{balancer.name}: {error}")
        if refused:
            raise Lost(f"{host} could not be put back everywhere: {'; '.join(refused)}", cause="environment")

    def up(self, host: str, seconds: float) -> str:
        """Wait until every balancer says that it is fully up; who does not after so long, or nothing."""
        return self._until_none(lambda: not_up(self.traffic.read(), host), seconds, 1)

    def _until_none(self, left: Callable[[], str], seconds: float, readings: int) -> str:
        """Look until there is nothing left, so many times in a row; what there still is after so many seconds."""
        end, told, none = self.clock.now() + seconds, "", 0
        while none < readings:
            what = left()
            none = 0 if what else none + 1
            if what and self.clock.now() > end:
                return what
            if what and what != told:
                self.tell(f"{what}; waiting for {seconds:g} s at most")
                told = what
            self.clock.sleep(PIECE if what else SPACING)
        return ""

    # -- which

    def _of(self, host: str, snapshot: Snapshot) -> tuple[Balancer, ...]:
        """Raises `Preflight` where no balancer sends it traffic, or one that ought to does not know it."""
        balancers = self.traffic.of(host)
        if not balancers:
            raise Preflight([Finding(host, f"no balancer of {self.play.fleet} serves it")])
        if strangers := snapshot.strangers(host):
            raise Preflight([Finding(name, f"does not know {host}", "add it there") for name in strangers])
        return balancers


INSTEAD = "--without-balancer NAME leaves one out"


def held(snapshot: Snapshot, host: str) -> bool:
    """Out by somebody's wish in every balancer; one that fell is not."""
    admin = snapshot.admin(host)
    return bool(admin) and all(word != "ready" for word in admin.values())


def in_flight(snapshot: Snapshot, host: str) -> str:
    number, leaving = snapshot.in_flight(host), snapshot.leaving(host)
    if not number and leaving:
        return "a reload has left an old balancer behind, which may send it requests"
    return f"{number} request{'' if number == 1 else 's'} in flight" if number else ""


def not_up(snapshot: Snapshot, host: str) -> str:
    """In the balancers' own words."""
    said = ((name, m) for name, members in snapshot.members.items() for m in members if m.host == host and not m.up)
    return ", ".join(f"{m.backend} is {m.status or m.admin} on {name}" for name, m in said)

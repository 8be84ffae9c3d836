"""The right to change a fleet, held on several machines at once (R18)."""

import getpass
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from zdd.clock import Clock
from zdd.errors import LeaseHeld, LeaseLost, Lost
from zdd.model import BalancerSpec, Endpoint
from zdd.transport import Command, Result, Session
from zdd.transport.lease_file import TAKEN, LeaseRecord, parse, parse_read, read, swap

RENEW = 5.0  # seconds between two beats
HAND = "by-hand"  # in place of a run: held by a person, and never stale
STALE = 20.0  # a beat that has not moved for so long, by the observer's own clock, is of a holder that is gone


@dataclass(frozen=True, slots=True)
class Place:
    """A machine that keeps the lease, and the folder in which it does."""

    name: str
    folder: str
    session: Callable[[], Session]
    user: str = ""  # whose the folder is; empty: who logs in

    def run(self, command: Command) -> Result:
        return self.session().run(command.by(self.user))


def keepers(
    balancers: Sequence[BalancerSpec], hosts: Sequence[str], machines: Mapping[str, Endpoint]
) -> dict[str, Endpoint]:
    """Every balancer's machine; without any, the first three hosts of the play, before --limit and --skip."""
    names = dict.fromkeys(spec.on for spec in balancers) or dict.fromkeys(hosts[:3])
    return {name: machines[name] for name in names}


class Lease:
    """One fleet's lease, as one process holds it."""

    def __init__(self, fleet: str, places: Sequence[Place], clock: Clock) -> None:
        self.fleet, self.places, self.clock = fleet, tuple(places), clock
        self.mine: dict[str, LeaseRecord] = {}

    @property
    def epoch(self) -> int:
        """Under which the fleet may be changed; 0 before it is taken."""
        return max((record.epoch for record in self.mine.values()), default=0)

    # -- looking

    def look(self) -> dict[str, tuple[int, LeaseRecord | None]]:
        """Machine -> the highest epoch it has seen, and the lease it holds. Machines out of reach are left out."""
        seen: dict[str, tuple[int, LeaseRecord | None]] = {}
        for place in self.places:
            try:
                seen[place.name] = parse_read(place.run(read(place.folder)))
            except Lost:
                continue
        return seen

    # -- taking

    def take(self, run: str, reason: str, *, steal: bool = False) -> int:
        """The epoch under which the fleet may now be changed. Raises `LeaseHeld` while another process renews it."""
        seen = self.look()
        if len(seen) <= len(self.places) // 2:
            raise Lost(f"{len(seen)} of {len(self.places)} machines that keep the lease of {self.fleet} were reached")
        if not steal:
            self._outwait(seen)
        return self._write(run, reason, self.look())

    def refuse_live(self) -> None:
        """Raises `LeaseHeld` while another process renews it, or a person holds it."""
        self._outwait(self.look())

    def _outwait(self, seen: Mapping[str, tuple[int, LeaseRecord | None]]) -> None:
        """Nobody's word about time is taken: a holder is gone when its beat stands still before our own eyes."""
        held = {name: lease for name, (_, lease) in seen.items() if lease}
        if by_hand := [lease for lease in held.values() if lease.run == HAND]:
            raise LeaseHeld(held_by(self.fleet, by_hand[0]))
        live = {name: lease for name, lease in held.items() if not owner_is_dead(lease.owner)}
        end = self.clock.now() + STALE
        while live and self.clock.now() < end:
            self.clock.sleep(1.0)
            for name, (_, lease) in self.look().items():
                if name in live and lease is not None and lease != live[name]:
                    raise LeaseHeld(held_by(self.fleet, lease))
                if name in live and lease is None:
                    del live[name]

    def _next(self, seen: Mapping[str, tuple[int, LeaseRecord | None]]) -> int:
        """Above all that these machines know; and above what the hosts saw under other ones, such as a balancer that
        was replaced since: they began to count at the calendar, too."""
        highest = max(max(epoch, lease.epoch if lease else 0) for epoch, lease in seen.values())
        return max(highest + 1, int(self.clock.wall()))

    def _write(self, run: str, reason: str, seen: Mapping[str, tuple[int, LeaseRecord | None]]) -> int:
        new = LeaseRecord(run=run, owner=owner(), epoch=self._next(seen), reason=reason)
        refused: list[str] = []
        for place in self.places:
            if place.name not in seen:
                continue
            try:
                result = place.run(swap(place.folder, seen[place.name][1], new))
            except Lost as error:  # others may be a majority still
                refused.append(f"{place.name}: {error}")
                continue
            if result.exit == TAKEN:
                self.release()
                other = parse(result.out)
                raise LeaseHeld(held_by(self.fleet, other) if other else f"{self.fleet} was taken a moment ago")
            if result.ok:
                self.mine[place.name] = new
            else:
                refused.append(f"{place.name}: {(result.last_words or f'exit {result.exit}').splitlines()[-1]}")
        if len(self.mine) <= len(self.places) // 2:
            self.release()
            raise Lost(f"the lease of {self.fleet} could not be written: {'; '.join(refused)}")
        return new.epoch

    # -- by hand

    def hold(self, reason: str) -> None:
        """Held without a process that renews it: whoever comes finds a beat that stands still, but a person's word."""
        self.take(HAND, reason)
        self.mine.clear()

    def let_go(self) -> bool:
        """Whether anybody held it. Raises `LeaseHeld` when a run does: that is for `steal`; `Lost` for machines that
        were not reached, which hold on."""
        seen = self.look()
        held = {name: record for name, (_, record) in seen.items() if record}
        for record in held.values():
            if record.run != HAND:
                raise LeaseHeld(held_by(self.fleet, record))
        for place in self.places:
            if place.name in held:
                place.run(swap(place.folder, held[place.name], None))
        if missed := [place.name for place in self.places if place.name not in seen]:
            raise Lost(f"{', '.join(missed)} were not reached: if {self.fleet} is held there it still is")
        return bool(held)

    # -- keeping

    def renew(self) -> None:
        """One more beat. Raises `LeaseLost` when another has it; a machine out of reach says nothing either way."""
        for place in self.places:
            held = self.mine.get(place.name)
            if not held:
                continue
            new = replace(held, beat=held.beat + 1)
            try:
                result = place.run(swap(place.folder, held, new))
            except Lost:
                continue
            if result.exit == TAKEN:
                self._lost(place, parse(result.out), new)
            elif result.ok:
                self.mine[place.name] = new

    def _lost(self, place: Place, there: LeaseRecord | None, new: LeaseRecord) -> None:
        """Our own beat that we took for lost is no loss."""
        if there != new:
            who = held_by(self.fleet, there) if there else f"the lease of {self.fleet} was released"
            raise LeaseLost(who)
        self.mine[place.name] = new

    def release(self) -> None:
        """Compare-and-delete: what is not ours any more stays."""
        for place in self.places:
            held = self.mine.pop(place.name, None)
            if not held:
                continue
            try:
                place.run(swap(place.folder, held, None))
            except Lost:
                continue  # it grows stale by itself


# ---- whose it is


def person() -> str:
    return f"{getpass.getuser()}@{socket.gethostname()}"


def owner() -> str:
    """Who we are, so that an observer on this machine can tell whether we still live."""
    return f"{person()} pid {os.getpid()} since {_started(os.getpid())} boot {_boot()}"


def owner_is_dead(text: str) -> bool:
    """Certain only for a process of this machine, since its last boot."""
    words = text.split()
    if len(words) < 7 or words[6] != _boot() or not _boot():
        return False
    return _started(int(words[2])) != words[4]


def holder(lease: LeaseRecord) -> str:
    """Who has it and why, and whether that process is known to be gone."""
    who = lease.owner.partition(" since ")[0]
    if lease.run == HAND:
        return f"held by hand, {who.partition(' pid ')[0]}: {lease.reason}"
    gone = " (that process is gone)" if owner_is_dead(lease.owner) else ""
    return f"held by run {lease.run} of {who}{gone}: {lease.reason}"


def held_by(fleet: str, lease: LeaseRecord) -> str:
    """Why another may not have it."""
    way = f" (zdd lock release {fleet})" if lease.run == HAND else ""
    return f"{fleet} is {holder(lease)}{way}"


def _boot() -> str:
    file = Path("/proc/sys/kernel/random/boot_id")
    return file.read_text().strip() if file.exists() else ""


def _started(pid: int) -> str:
    """Start time of a process in clock ticks since boot (proc(5), field 22); empty where it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]

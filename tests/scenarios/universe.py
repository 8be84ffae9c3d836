"""Fakes: hosts, balancers, a store. Every change checks the invariants."""

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from tests.scenarios.simulation import Simulation, Wrong
from zdd.balancers import Member
from zdd.errors import Failed, JournalLost, LeaseLost, Lost
from zdd.model import Admin, Event, Task

IN_FLIGHT = 2.0  # seconds that the last request of a host takes after no new ones come
RISE = 1.0  # seconds of passing checks before a balancer calls a host up


@dataclass(slots=True)
class Host:
    """A machine and what runs on it."""

    name: str
    rack: str = ""
    disk: set[str] = field(default_factory=lambda: {"old"})
    current: str = "old"
    running: str = "old"
    known: str | None = None  # what zdd knows of a release that the host installs itself; None: there is a folder of it
    alive: bool = True
    jobs: int | None = 0  # None: the probe cannot tell
    quiesced: bool = False
    mark: dict[str, Any] | None = None
    note: str = ""
    ran: Counter[Any] = field(default_factory=Counter)
    cut: int = 0
    epoch: int = 0


@dataclass(slots=True)
class Place:
    """A host in one balancer."""

    admin: Admin = "ready"
    since: float = -1e9  # when it was last enabled
    left: float = -1e9  # when the last new request came


class Universe:
    """All that is outside of zdd's processes."""

    def __init__(self, hosts: list[Host], *, balancers: int = 2, floor: int = 0, held: tuple[str, ...] = ()) -> None:
        self.simulation = Simulation()
        self.hosts = {host.name: host for host in hosts}
        self.places = {f"lb{n}": {name: Place() for name in self.hosts} for n in range(1, balancers + 1)}
        self.floor, self.held = floor, frozenset(held)
        self.store = Store(self.simulation)
        self.sticky = False
        self.backends: dict[str, str] = {}  # host -> the backend it is in; "shop" unless said here
        self.weak: set[str] = set()  # hosts at part weight: they take traffic, and are not fully up
        self.probed = False  # the play asks what else is busy
        self.forced = False  # the playbook says that what is busy may be cut
        self.apart = False  # two hosts of one rack are never out at once
        self.forgotten: set[str] = set()  # hosts whose drain a reload has lost, until it is set again
        self.reloaded = -1e9  # when that was: nobody can know of it in that very moment
        for name in held:
            for places in self.places.values():
                places[name].admin = "maint"
        self.heal()

    def heal(self) -> None:
        """What may go wrong, and no longer does."""
        self.breaks: Callable[[Task], bool] = lambda task: False
        self.loses: Callable[[Task], str] = lambda task: ""  # "before" or "after" the act
        self.refuses: Callable[[str, str, str], bool] = lambda balancer, verb, host: False
        self.dead_balancers: set[str] = set()
        self.sick: Callable[[str, str], bool] = lambda host, release: False
        self.unreachable: set[str] = set()
        self.stuck: set[str] = set()  # hosts whose requests never end
        for host in self.hosts.values():
            host.alive = True
            host.jobs = 0

    # -- what is true

    def healthy(self, host: str) -> bool:
        it = self.hosts[host]
        return it.alive and bool(it.running) and not self.sick(host, it.running)

    def up(self, balancer: str, host: str) -> bool:
        place = self.places[balancer][host]
        full = host not in self.weak and self.simulation.time >= place.since + RISE
        return place.admin == "ready" and self.healthy(host) and full

    def takes(self, balancer: str, host: str) -> bool:
        """Any traffic: also while it is starting slowly, and from clients that stick to it."""
        admin = self.places[balancer][host].admin
        return self.healthy(host) and (admin == "ready" or (admin == "drain" and self.sticky))

    def serving(self) -> frozenset[str]:
        """Without balancers, whose checks pass."""
        return frozenset(h for h in self.hosts if self.healthy(h) and all(self.up(lb, h) for lb in self.places))

    def shut(self, host: str) -> bool:
        return all(places[host].admin == "maint" for places in self.places.values())

    def sessions(self, balancer: str, host: str) -> int:
        place = self.places[balancer][host]
        if host in self.stuck or (place.admin == "ready" and self.healthy(host)):
            return 1
        if self.sticky and place.admin == "drain":
            return 1
        return int(self.simulation.time < place.left + IN_FLIGHT)

    def busy(self, host: str) -> int:
        return sum(self.sessions(lb, host) for lb in self.places)

    def out(self) -> frozenset[str]:
        return frozenset(h for h in self.hosts if any(places[h].admin != "ready" for places in self.places.values()))

    def facts(self) -> object:
        """All that zdd can change, to be compared with later."""
        return deepcopy((self.hosts, self.places))

    # -- changes

    def change(self, host: str, epoch: int, act: Callable[[Host], None], *, disruptive: bool = False) -> None:
        """Something on a host. Refused for an old epoch, in the same breath."""
        self.simulation.point()
        it = self.hosts[host]
        if host in self.unreachable:
            raise Lost(f"{host} is not reached")
        if epoch < it.epoch:
            raise LeaseLost(f"{host} has seen epoch {it.epoch}")
        it.epoch = epoch
        if disruptive:
            self._no_traffic(host)
        act(it)
        self.simulation.point()

    def set(self, balancer: str, host: str, admin: Admin, epoch: int) -> None:
        """The admin state of a host in one balancer."""
        self.simulation.point()
        self._answers(balancer)
        if self.refuses(balancer, admin, host):
            raise Failed(f"{balancer} refuses to set {host} to {admin}", cause="environment")
        if epoch < self.store.epoch:  # the lease is kept on the balancers' machines
            raise LeaseLost(f"{balancer} has seen epoch {self.store.epoch}")
        before, place = self.serving(), self.places[balancer][host]
        if place.admin == "ready" and admin != "ready":
            place.left = self.simulation.time
        if place.admin == "drain" and admin == "maint" and self.sticky:
            place.left = self.simulation.time
        if admin == "ready" and place.admin != "ready":
            place.since = self.simulation.time
        place.admin = admin
        self._floor_holds(before, host)
        if admin == "ready" or all(places[host].admin != "ready" for places in self.places.values()):
            self.forgotten.discard(host)
        self.simulation.point()

    def admin(self, balancer: str, host: str) -> Admin:
        self._answers(balancer)
        return self.places[balancer][host].admin

    def bury(self, balancer: str) -> None:
        """It is dead for good: nothing comes through it any more."""
        del self.places[balancer]

    def _answers(self, balancer: str) -> None:
        if balancer in self.dead_balancers or balancer not in self.places:
            raise Lost(f"{balancer} does not answer", cause="environment")

    def members(self, balancer: str) -> Iterator[Member]:
        self.simulation.point()
        self._answers(balancer)
        for host, place in self.places[balancer].items():
            yield Member(
                host=host,
                backend=f"{self.backends.get(host, 'shop')}/{host}",
                admin=place.admin,
                up=self.up(balancer, host),
                sessions=self.sessions(balancer, host),
                partly=not self.up(balancer, host) and self.takes(balancer, host),
                persistent=self.sticky,
            )

    def reload(self) -> None:
        """The balancers forget every drain; what is in their configuration stays."""
        self.reloaded = self.simulation.time
        for places in self.places.values():
            for host, place in places.items():
                if host not in self.held and place.admin != "ready":
                    place.admin, place.since = "ready", self.simulation.time
                    self.forgotten.add(host)

    # -- what must hold at every change

    def _no_traffic(self, host: str) -> None:
        unseen = self.reloaded == self.simulation.time
        if not self.shut(host) and not unseen:
            raise Wrong(f"{host} is changed and not shut")
        if self.busy(host) and not unseen and not self.forced:
            raise Wrong(f"{host} is changed while {self.busy(host)} requests are in flight")
        if self.hosts[host].jobs and not self.forced:
            raise Wrong(f"{host} is changed while {self.hosts[host].jobs} jobs run")
        if self.hosts[host].jobs is None and self.probed:
            raise Wrong(f"{host} is changed while nobody knows what runs on it")

    def _floor_holds(self, before: frozenset[str], host: str) -> None:
        after = self.serving()
        if host not in before - after or host in self.forgotten:
            return
        if len(after) < self.floor:
            raise Wrong(f"{host} is taken out: {len(after)} serve, {self.floor} must")
        rack = self.hosts[host].rack
        away = {
            o
            for o, it in self.hosts.items()
            if self.apart and rack and o != host and it.rack == rack and o not in after | self.held
        }
        if away:
            raise Wrong(f"{host} is taken out while {away} of its rack are out")


class Store:
    """The journal of one run. An append by an old epoch is refused."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation, self.epoch = simulation, 0
        self.events: list[Event] = []
        self.breaks: Callable[[Event], bool] = lambda event: False

    def take(self) -> int:
        self.epoch += 1
        return self.epoch

    def append(self, event: Event) -> Event:
        from dataclasses import replace

        self.simulation.point()
        if event.epoch < self.epoch:
            raise LeaseLost(f"the journal has seen epoch {self.epoch}")
        if self.breaks(event):
            raise JournalLost("no space left on device") from OSError("it is full")
        event = replace(event, seq=len(self.events) + 1)
        self.events.append(event)
        self.simulation.point()
        return event

    def ask(self, verb: str, detail: str = "") -> None:
        """What another process writes."""
        seq = len(self.events) + 1
        self.events.append(Event(kind="asked", status=verb, detail=detail, at=self.simulation.time, seq=seq))

    def since(self, seq: int) -> list[Event]:
        return self.events[seq:]

"""The leases of a run's fleets, for as long as a verb needs them."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from zdd.cli.desk import Desk
from zdd.clock import SystemClock
from zdd.config.recipe import PlayRecipe
from zdd.engine.lease import RENEW, Lease, Place, keepers
from zdd.engine.run import Run
from zdd.errors import Gone, Lost
from zdd.model import BalancerSpec, Endpoint, Play
from zdd.steps.place import endpoint_of, login
from zdd.transport import Command
from zdd.transport.fence import Fenced

AT_ONCE = 32
PARTING = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Keeping:
    """A fleet, and what says where its lease is kept."""

    fleet: str
    balancers: Sequence[BalancerSpec]
    hosts: Sequence[str]
    machines: Mapping[str, Endpoint]

    @classmethod
    def of_recipe(cls, play: PlayRecipe) -> "Keeping":
        machines = {host: recipe.endpoint for host, recipe in play.hosts.items()} | dict(play.machines)
        return cls(play.fleet, play.balancers, tuple(play.hosts), machines)

    @classmethod
    def of_play(cls, play: Play) -> "Keeping":
        machines = {host: target.endpoint for host, target in play.targets.items()} | dict(play.machines)
        return cls(play.fleet, play.balancers, play.hosts, machines)

    def lease(self, desk: Desk) -> Lease:
        names = keepers(self.balancers, self.hosts, self.machines)
        places = [self._place(desk, name, endpoint) for name, endpoint in names.items()]
        return Lease(self.fleet, places, SystemClock())

    def _place(self, desk: Desk, name: str, endpoint: Endpoint) -> Place:
        folder = f"{endpoint.state}/{self.fleet}"
        return Place(name, folder, lambda: desk.sessions.open(endpoint), login(endpoint))


def shut_out(desk: Desk, play: Play, epoch: int) -> list[str]:
    """Every machine of the play refuses lower epochs from now on; those that were not reached."""
    machines = {name: endpoint_of(play, name) for name in (*play.hosts, *play.targets, *play.machines)}

    def told(name: str) -> bool:
        try:
            session = Fenced(desk.sessions.open(machines[name]), machines[name], play.fleet, epoch)
            return session.run(Command(verb="fence", script=":", changes=True)).ok
        except Lost:
            return False

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [name for name, done in zip(machines, pool.map(told, machines), strict=True) if not done]


@contextmanager
def leased(desk: Desk, fleets: Sequence[Keeping], run: str, reason: str) -> Iterator[dict[str, Lease]]:
    """The leases of all fleets of a run; given back at the end, whatever the end is."""
    leases = {keeping.fleet: keeping.lease(desk) for keeping in fleets}
    try:
        for lease in leases.values():
            lease.take(run, reason)
        yield leases
    finally:
        _give_back(list(leases.values()))


def _give_back(leases: Sequence[Lease]) -> None:
    """A machine that does not answer keeps nobody waiting: what stays there grows stale."""
    threads = [threading.Thread(target=lease.release, daemon=True) for lease in leases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PARTING)


@contextmanager
def renewed(run: Run, leases: Mapping[str, Lease]) -> Iterator[None]:
    """They beat while the run lives; a lost one ends it."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(RENEW):
            try:
                for lease in leases.values():
                    lease.renew()
            except Gone as gone:
                run.give_up(gone)
                return

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=PARTING)

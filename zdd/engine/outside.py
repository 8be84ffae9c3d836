"""The real world: hosts and balancers over SSH, real time, real threads."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Lock

from zdd.balancers.table import balancer
from zdd.balancers.traffic import Traffic
from zdd.clock import Clock, SystemClock
from zdd.config.secrets import Vault
from zdd.config.tasks import CONTROLLER
from zdd.engine.crew import Crew, Threads
from zdd.errors import Failed, Lost
from zdd.journal.files import Files
from zdd.model import Endpoint, Play
from zdd.probes import Probe
from zdd.probes.table import probe
from zdd.steps import Site, Step
from zdd.steps.checks import Ill, check_once
from zdd.steps.health import health_of, ill_now
from zdd.steps.services import probed
from zdd.steps.table import STEPS
from zdd.transport import Session
from zdd.transport.fence import Fenced
from zdd.transport.local import Local
from zdd.transport.sessions import Sessions


class Outside:
    """Implements `zdd.engine.world.World`."""

    def __init__(self, sessions: Sessions, files: Files, epochs: Mapping[str, int], vault: Vault | None = None) -> None:
        self._sessions, self._files, self._epochs, self._vault = sessions, files, epochs, vault or Vault()
        self._clock, self._crew = SystemClock(), Threads()
        self._traffic: dict[str, Traffic] = {}
        self._lock = Lock()

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def crew(self) -> Crew:
        return self._crew

    @property
    def steps(self) -> Mapping[str, Step]:
        return STEPS

    def session(self, play: Play, name: str) -> Session:
        if name == CONTROLLER:
            return Local()
        endpoint = endpoint_of(play, name)
        return Fenced(self._sessions.open(endpoint), endpoint, play.fleet, self._epochs[play.fleet])

    def traffic(self, play: Play) -> Traffic:
        with self._lock:
            if play.fleet not in self._traffic:
                self._traffic[play.fleet] = self._connect(play)
            return self._traffic[play.fleet]

    def _connect(self, play: Play) -> Traffic:
        addresses = {host: endpoint_of(play, host).address for host in play.hosts}
        balancers = [balancer(spec, self._opener(play, spec.on), addresses) for spec in play.balancers]
        serves = {spec.name: frozenset(spec.serves) for spec in play.balancers}
        alone = [host for host in play.hosts if not any(host in hosts for hosts in serves.values())]
        origins = {spec.name: spec.origin for spec in play.balancers}
        return Traffic(balancers, serves, (lambda: self._healthy(play, alone)) if alone else None, origins)

    def _opener(self, play: Play, name: str) -> Callable[[], Session]:
        return lambda: self.session(play, name)

    def _healthy(self, play: Play, hosts: Iterable[str]) -> frozenset[str]:
        """Without balancers a host serves if its own checks pass."""
        return frozenset(host for host in hosts if self._passes(play, host))

    def _passes(self, play: Play, host: str) -> bool:
        asked = health_of(play, host)
        if asked is None:
            return True
        try:
            return not check_once(self.session(play, host), asked.args)
        except Lost:
            return False

    def probes(self, play: Play, host: str) -> tuple[Probe, ...]:
        there = probed(endpoint_of(play, host), self._opener(play, host))
        return tuple(probe(spec, there) for spec in play.probes.get(host, ()))

    def content(self, digest: str) -> Path:
        return self._files.get(digest)

    def reveal(self, text: str) -> str:
        try:
            return self._vault.reveal(text)
        except KeyError as error:
            raise Failed(f"the value of {error.args[0]} is not known here", cause="environment") from error

    def ill(self, site: Site, host: str) -> Ill | None:
        return ill_now(site, host)


def endpoint_of(play: Play, name: str) -> Endpoint:
    """A machine of the play, wherever the plan has it."""
    return play.targets[name].endpoint if name in play.targets else play.machines[name]

"""Service managers: how services of a host are started, stopped and asked. The contract, and what steps ask of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from zdd.model import Endpoint
from zdd.probes import Host
from zdd.steps.place import Place, failed, login
from zdd.steps.services.by_command import ByCommand
from zdd.steps.services.stopping import Stopping, parse
from zdd.steps.services.supervisor import Supervisor
from zdd.steps.services.systemd import Systemd
from zdd.transport import Command, Session

UNKNOWN = "unknown"
LONGEST_STOP = 120.0  # seconds that a start waits for what still stops; its service manager may allow more

ServiceState = Literal["started", "stopped", "restarted", "reloaded"]


class ServiceManager(Protocol):
    """Says what to run; the host runs it. Whatever fails says why on stderr."""

    def change(self, name: str, state: ServiceState) -> Command:
        """Returns when it is so. Prints `unchanged` where it was."""

    def status(self, name: str) -> Command:
        """Prints `running PID BORN` (seconds since 1970; both may be missing) or `stopped`."""

    def quiesce(self, name: str) -> Command:
        """Tells it to stop, once, and returns before it has. Prints `unchanged` where it was told or does not run."""

    def kill(self, name: str) -> Command:
        """Kills all of it that lives."""

    def processes(self, name: str) -> Command:
        """Prints its pids and its children's, also while it stops; `unknown` where it runs and nobody can tell."""

    def stopping(self, name: str) -> Command:
        """Prints `limit SPAN` and `group` where it can tell (see `Stopping`); `absent` where there is no such one."""

    def log(self, name: str) -> Command:
        """Prints its last words."""


MANAGERS: Mapping[str, Callable[[Mapping[str, str]], ServiceManager]] = {
    "systemd": Systemd,
    "supervisor": Supervisor,
    "command": ByCommand,
}


@dataclass(frozen=True, slots=True)
class HostService:
    """Implements `zdd.probes.Service`."""

    name: str
    endpoint: Endpoint
    session: Callable[[], Session]

    def start(self) -> None:
        self._do(replace(self._manager.change(self.name, "started"), timeout=LONGEST_STOP))

    def quiesce(self) -> None:
        self._do(self._manager.quiesce(self.name))

    def kill(self) -> None:
        self._do(self._manager.kill(self.name))

    def runs(self) -> bool:
        return self._do(self._manager.status(self.name)).startswith("running")

    def processes(self) -> frozenset[int] | None:
        said = self._do(self._manager.processes(self.name)).split()
        return frozenset(map(int, said)) if said != [UNKNOWN] else None

    def stopping(self) -> Stopping:
        return parse(self._do(self._manager.stopping(self.name)))

    @property
    def _manager(self) -> ServiceManager:
        return MANAGERS[self.endpoint.service_manager](self.endpoint.service_options)

    def _do(self, command: Command) -> str:
        result = self.session().run(command.by(login(self.endpoint)))
        if not result.ok:
            raise failed(command, result)
        return result.out


def probed(endpoint: Endpoint, session: Callable[[], Session]) -> Host:
    """A host as its probes see it."""
    return Host(
        name=endpoint.name,
        address=endpoint.address,
        session=session,
        service=lambda name: HostService(name, endpoint, session),
        user=login(endpoint),
    )


def manager(here: Place) -> ServiceManager:
    return MANAGERS[here.endpoint.service_manager](here.endpoint.service_options)


def running(here: Place, name: str) -> bool:
    return here.do(manager(here).status(name)).out.startswith("running")


def born(here: Place, name: str) -> int | None:
    """When its main process began; None where it does not run, or nobody can tell."""
    said = here.do(manager(here).status(name)).out.split()
    return int(said[2]) if said[:1] == ["running"] and len(said) > 2 else None


def stop(here: Place, name: str) -> None:
    change(here, name, "stopped")


def change(here: Place, name: str, state: ServiceState) -> str:
    """What the manager printed. Raises `Failed` with the service's own last words."""
    command = here.limited(manager(here).change(name, state))
    result = here.run(command)
    if not result.ok:
        error = failed(command, result)
        error.output = "\n".join(filter(None, (error.output, last_words(here, name))))
        raise error
    return result.out


def last_words(here: Place, name: str) -> str:
    """The end of its log; empty where there is none to be read."""
    result = here.run(manager(here).log(name))
    return "\n".join(result.out.strip().splitlines()[-20:]) if result.ok else ""

"""Service managers: how services of a host are started, stopped and asked. The contract, and what steps ask of it."""

from collections.abc import Callable, Mapping
from typing import Literal, Protocol

from zdd.steps.place import Place, failed
from zdd.steps.services.by_command import ByCommand
from zdd.steps.services.supervisor import Supervisor
from zdd.steps.services.systemd import Systemd
from zdd.transport import Command

ServiceState = Literal["started", "stopped", "restarted", "reloaded"]


class ServiceManager(Protocol):
    """Says what to run; the host runs it. Whatever fails says why on stderr."""

    def change(self, name: str, state: ServiceState) -> Command:
        """Returns when it is so. Prints `unchanged` where it was."""

    def status(self, name: str) -> Command:
        """Prints `running PID BORN` (seconds since 1970; both may be missing) or `stopped`."""

    def log(self, name: str) -> Command:
        """Prints its last words."""


MANAGERS: Mapping[str, Callable[[Mapping[str, str]], ServiceManager]] = {
    "systemd": Systemd,
    "supervisor": Supervisor,
    "command": ByCommand,
}


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

"""What the engine needs of the outside. The real one speaks SSH; tests bring one of their own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from zdd.balancers.traffic import Traffic
from zdd.clock import Clock
from zdd.engine.crew import Crew
from zdd.model import Event, Play, Task
from zdd.probes import Probe
from zdd.steps import Site, Step
from zdd.steps.checks import Ill
from zdd.transport import Session


class World(Protocol):
    """Hosts, balancers, time and threads."""

    @property
    def clock(self) -> Clock: ...

    @property
    def crew(self) -> Crew: ...

    @property
    def steps(self) -> Mapping[str, Step]: ...

    def session(self, play: Play, name: str) -> Session:
        """A machine of the play, fenced by the run's epoch. Raises `Unreachable`."""

    def traffic(self, play: Play) -> Traffic:
        """The play's balancers as one; the same object each time."""

    def probes(self, play: Play, host: str) -> tuple[Probe, ...]: ...

    def content(self, digest: str) -> Path:
        """A frozen file of the run."""

    def reveal(self, text: str) -> str:
        """With the values of secrets in place of their references. Raises `Failed` where one is not known."""

    def ill(self, site: Site, host: str) -> Ill | None:
        """Which of the host's own health checks fails at this moment, and why. Raises `Lost`."""


class Journal(Protocol):
    """The run's journal: durable when `append` returns."""

    def append(self, event: Event) -> Event:
        """Raises `LeaseLost` when another controller has the run, `JournalLost` when it can't be written."""

    def since(self, seq: int) -> list[Event]:
        """What came after that number, from whomever."""


class Reporter(Protocol):
    """Someone who is told."""

    def event(self, event: Event, task: Task | None) -> None: ...

    def waits(self, task: Task, text: str) -> None: ...

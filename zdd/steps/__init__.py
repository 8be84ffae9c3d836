"""What is done to a host or the fleet. The contract of a step, what it may use, and the table.

A step knows nothing of batches. It says how it went by returning an `Outcome`, or by raising `Failed`, `Lost`, `NotNow`
or `Later`; the engine journals it.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel

from zdd.balancers.traffic import Snapshot, Traffic
from zdd.clock import Clock
from zdd.journal.state import State
from zdd.model import Outcome, Play, Task
from zdd.probes import Probe
from zdd.transport import Session


class Site(Protocol):
    """What a step sees of the run and of the world. One per play."""

    @property
    def clock(self) -> Clock: ...

    @property
    def play(self) -> Play: ...

    @property
    def run(self) -> str:
        """The run's id."""

    @property
    def state(self) -> State:
        """What the run has done so far."""

    @property
    def traffic(self) -> Traffic:
        """All balancers of the play, as one."""

    @property
    def section(self) -> AbstractContextManager[Any]:
        """The floor's check and the drain belong together: one at a time."""

    def session(self, name: str) -> Session:
        """A machine of the play, its changes fenced by the run's epoch."""

    def probes(self, host: str) -> tuple[Probe, ...]: ...

    def content(self, digest: str) -> Path:
        """A frozen file of the run."""

    def reveal(self, text: str) -> str:
        """With the values of secrets in place of their references. Raises `Failed` where one is not known."""

    def serving(self, snapshot: Snapshot) -> frozenset[str]:
        """The play's hosts that serve; a balancer may have others."""

    def may_leave(self, host: str, snapshot: Snapshot) -> str:
        """Why the host may not be taken out as things stand; empty if it may. Asked inside `section`."""

    def gives_way(self, host: str | None) -> bool:
        """Someone asked to stop: does whoever waits for this host give up?"""

    def tell(self, task: Task, text: str) -> None:
        """What the task waits for, for whoever watches: "3 sessions, 12 s left of 60 s". Not journaled."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done."""

    act: Callable[[Site, Task], Outcome]
    look: Callable[[Site, Task], bool | None] | None = None  # did it happen? None: nobody can tell
    keys: type[BaseModel] | None = None  # what a playbook may write under it; None: it is not for playbooks


Steps = Mapping[str, Step]

"""What people and programs read. A reporter is told an event after it is in the journal, and can never fail the run."""

from typing import Protocol

from zdd.model import Event, Task


class Reporter(Protocol):
    """Someone who is told. Called from several threads."""

    def event(self, event: Event, task: Task | None) -> None: ...

    def waits(self, task: Task, text: str) -> None:
        """What a task in flight waits for: "3 sessions, 12 s left of 60 s"."""

    def close(self) -> None:
        """The run is over, or this process has no more to say. Safe to say twice."""

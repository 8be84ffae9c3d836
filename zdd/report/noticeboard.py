"""What each task in flight waits for, left where other processes can read it.

It is no fact about the run: nothing is decided by it, and it would flood the journal, in which every line stays. So it
is one note for the whole run, written over at most once a second.
"""

import threading
from collections.abc import Callable, Mapping

from zdd.clock import Clock
from zdd.model import Event, Task

EVERY = 1.0  # seconds between two notes


class Noticeboard:
    """A reporter that writes notes."""

    def __init__(self, write: Callable[[Mapping[str, str]], None], clock: Clock) -> None:
        self._write, self._clock = write, clock
        self._waits: dict[str, str] = {}  # task id -> what for
        self._written: float | None = None
        self._lock = threading.Lock()

    def event(self, event: Event, task: Task | None) -> None:
        """A task that has ended waits no more; the next note will not have it."""
        if event.kind in ("task.ended", "task.waiting"):
            with self._lock:
                self._waits.pop(event.task, None)

    def waits(self, task: Task, text: str) -> None:
        now = self._clock.now()
        with self._lock:
            self._waits[task.id] = text
            if self._written is not None and now - self._written < EVERY:
                return
            self._written, note = now, dict(self._waits)
        self._write(note)

    def close(self) -> None:
        """Notes of tasks that are not in flight are read by nobody."""

"""Lets time pass for a reporter while no event comes."""

import threading
from typing import Protocol

from zdd.clock import Clock
from zdd.model import Event, Task
from zdd.report import Reporter


class Ticking(Reporter, Protocol):
    """A reporter that wants to know how late it is."""

    def tick(self, now: float) -> None: ...


class Pulse:
    """A reporter that is told the time every so often, by a thread that ends with it."""

    def __init__(self, reporter: Ticking, clock: Clock, every: float = 1.0) -> None:
        self._reporter, self._clock, self._every = reporter, clock, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)
        self._thread.start()

    def event(self, event: Event, task: Task | None) -> None:
        self._reporter.event(event, task)

    def waits(self, task: Task, text: str) -> None:
        self._reporter.waits(task, text)

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._reporter.close()

    def _beat(self) -> None:
        while not self._over.wait(self._every):
            self._reporter.tick(self._clock.wall())

"""Virtual time. Processes whose threads take turns share one clock; each may be killed or frozen at every point."""

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from greenlet import getcurrent, greenlet


class Killed(BaseException):
    """kill -9: no `except Exception` may see it, and nothing that runs on the way out may touch the world."""


class Wrong(AssertionError):
    """An invariant does not hold."""


@dataclass(eq=False, slots=True)
class Process:
    """One zdd process. `points` counts the places where it could have been killed."""

    crash_at: int | None = None
    dead: bool = False
    frozen: bool = False
    points: int = 0
    on_point: Callable[[int], None] | None = None


@dataclass(eq=False, slots=True)
class Thread:
    process: Process
    green: Any
    wake: float = 0.0
    ready: Callable[[], bool] | None = None


class Simulation:
    """The scheduler. `random` picks who goes next, so that a seed is a history."""

    def __init__(self, seed: int = 0) -> None:
        self.time, self.random = 0.0, random.Random(seed)
        self.threads: list[Thread] = []
        self.current: Thread | None = None
        self.error: BaseException | None = None
        self._hub: Any = None

    def spawn(self, process: Process, work: Callable[..., Any], *args: Any) -> None:
        def body() -> None:
            try:
                work(*args)
            except Killed:
                return
            except BaseException as error:
                self.error = self.error or error

        self.threads.append(Thread(process, greenlet(body, parent=self._hub or getcurrent()), self.time))

    def run(self, until: Callable[[], bool], limit: float = 30_000.0) -> None:
        """Let threads take turns until the condition holds. Raises what a thread raised; `Wrong` after the limit."""
        self._hub = getcurrent()
        for thread in self.threads:
            thread.green.parent = self._hub
        while not until():
            self._bury()
            live = [thread for thread in self.threads if not thread.process.frozen]
            if not live:
                return
            able = [t for t in live if t.wake <= self.time or (t.ready and t.ready())]
            if able:
                self._switch(self.random.choice(able))
                continue
            self.time = min(thread.wake for thread in live)
            if self.time > limit:
                raise Wrong("it never ends")

    def _bury(self) -> None:
        for thread in [t for t in self.threads if t.process.dead]:
            self.threads.remove(thread)
            self.current = thread
            if thread.green and not thread.green.dead:
                thread.green.throw(Killed())

    def _switch(self, thread: Thread) -> None:
        self.current = thread
        thread.green.switch()
        if thread.green.dead and thread in self.threads:
            self.threads.remove(thread)
        if self.error:
            raise self.error

    def park(self, wake: float, ready: Callable[[], bool] | None = None) -> None:
        """Others go on until that time, or until it is ready."""
        thread = self.current
        assert thread
        if thread.process.dead:
            raise Killed
        thread.wake, thread.ready = wake, ready
        self._hub.switch()
        if thread.process.dead:
            raise Killed

    def point(self) -> None:
        """A place where the process may be killed or frozen, and others may go first."""
        if self.current is None or getcurrent() is self._hub:
            return  # the test itself looks at the world
        process = self.current.process
        if process.crash_at is not None and process.points == process.crash_at:
            process.dead = True
        if process.dead:
            raise Killed
        process.points += 1
        if process.on_point:
            process.on_point(process.points)
        self.park(self.time)


class Clock:
    """Implements `zdd.clock.Clock`."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def now(self) -> float:
        return self._simulation.time

    def wall(self) -> float:
        return 1_700_000_000.0 + self._simulation.time

    def sleep(self, seconds: float) -> None:
        self._simulation.park(self._simulation.time + seconds)


class Box:
    def __init__(self, simulation: Simulation) -> None:
        self._simulation, self._items = simulation, deque[Any]()

    def put(self, item: Any) -> None:
        self._items.append(item)

    def get(self, timeout: float) -> Any:
        if not self._items:
            self._simulation.park(self._simulation.time + timeout, lambda: bool(self._items))
        return self._items.popleft() if self._items else None


class Lock:
    """One thread at a time; its owner may take it again."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._owner: Thread | None = None
        self._depth = 0

    def __enter__(self) -> "Lock":
        me = self._simulation.current
        while self._owner not in (None, me):
            self._simulation.park(self._simulation.time + 60, lambda: self._owner is None)
            me = self._simulation.current
        self._owner, self._depth = me, self._depth + 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if not self._depth:
            self._owner = None


class Crew:
    """Implements `zdd.engine.crew.Crew` for one process."""

    def __init__(self, simulation: Simulation, process: Process) -> None:
        self._simulation, self._process = simulation, process

    def spawn(self, work: Callable[..., None], *args: Any) -> None:
        self._simulation.spawn(self._process, work, *args)

    def inbox(self) -> Box:
        return Box(self._simulation)

    def lock(self) -> Lock:
        return Lock(self._simulation)

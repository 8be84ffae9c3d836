"""What a step sees of the run and of the world: one per play."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from zdd.balancers.traffic import Snapshot, Traffic
from zdd.clock import Clock
from zdd.engine.run import Run
from zdd.journal.state import State
from zdd.model import Play, Task
from zdd.probes import Probe
from zdd.transport import Session

PIECE = 0.5  # seconds after which a sleeper looks whether it may go on


class RunClock:
    """The world's clock; whoever waits by it stops waiting when this process may do no more."""

    def __init__(self, run: Run) -> None:
        self._run, self._clock = run, run.world.clock

    def now(self) -> float:
        return self._clock.now()

    def wall(self) -> float:
        return self._clock.wall()

    def sleep(self, seconds: float) -> None:
        left = seconds
        while left > 0:
            self._run.check()
            piece = min(left, PIECE)
            self._clock.sleep(piece)
            left -= piece
        self._run.check()


class PlaySite:
    """Implements `zdd.steps.Site`."""

    def __init__(
        self,
        run: Run,
        play: Play,
        may_leave: Callable[[Play, str, Snapshot], str],
        serving: Callable[[Play, Snapshot], frozenset[str]],
    ) -> None:
        self._run, self._play, self._may_leave, self._serving = run, play, may_leave, serving
        self._clock = RunClock(run)

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def play(self) -> Play:
        return self._play

    @property
    def run(self) -> str:
        return self._run.plan.run

    @property
    def state(self) -> State:
        return self._run.state

    @property
    def traffic(self) -> Traffic:
        return self._run.world.traffic(self._play)

    @property
    def section(self) -> AbstractContextManager[Any]:
        return self._run.section

    def session(self, name: str) -> Session:
        self._run.check()
        return self._run.world.session(self._play, name)

    def probes(self, host: str) -> tuple[Probe, ...]:
        return self._run.world.probes(self._play, host)

    def content(self, digest: str) -> Path:
        return self._run.world.content(digest)

    def reveal(self, text: str) -> str:
        return self._run.world.reveal(text)

    def serving(self, snapshot: Snapshot) -> frozenset[str]:
        return self._serving(self._play, snapshot)

    def may_leave(self, host: str, snapshot: Snapshot) -> str:
        return self._may_leave(self._play, host, snapshot)

    def gives_way(self, host: str | None) -> bool:
        return self._run.gives_way(host)

    def tell(self, task: Task, text: str) -> None:
        self._run.tell(task, text)

"""One process at work on one run: its journal, its state, who is in flight, and who asked it to stop."""

from contextlib import suppress
from typing import Any

from zdd.engine.world import Journal, Reporter, World
from zdd.errors import Gone, Interrupted
from zdd.journal.state import State
from zdd.model import Event, Pipeline, Plan, Stop, Task


class Run:
    """What all parts of the engine share."""

    def __init__(self, world: World, journal: Journal, epoch: int, reporters: list[Reporter]) -> None:
        self.world, self.journal, self.epoch, self.reporters = world, journal, epoch, reporters
        self.dropped: list[Exception] = []  # what reporters broke with
        self.state = State()
        self.lock = world.crew.lock()
        self.section = world.crew.lock()  # the floor's check and the drain belong together
        self.stop: Stop | None = None  # why no new pipeline may start, as of now
        self.gone: Gone | None = None
        self.signal = 0
        self.in_flight: dict[str | None, Pipeline] = {}
        self.set: dict[str, str] = {}  # host that is out -> what was last set in its balancers: drain or shut
        self.lost: set[str] = set()  # hosts whose drain a balancer had forgotten, so that idleness is awaited again
        self._seq = 0

    @property
    def plan(self) -> Plan:
        assert self.state.plan
        return self.state.plan

    # -- the journal

    def note(self, kind: str, task: Task | None = None, **about: Any) -> Event:
        """R17: durable first, then everything else; a reporter that breaks is dropped."""
        id = task.id if task else ""
        event = Event(kind=kind, task=id, at=self.world.clock.wall(), epoch=self.epoch, **about)
        with self.lock:
            event = self.journal.append(event)
            if event.seq == self._seq + 1 and event.plan is None:
                self._take(event)  # nobody else wrote in between, so there is nothing to read
            else:
                self.sync()
        self._report(event, task)
        return event

    def sync(self) -> None:
        """Takes in what was written since, also by other processes."""
        with self.lock:
            for event in self.journal.since(self._seq):
                self._take(event)

    def _take(self, event: Event) -> None:
        self._seq = event.seq
        self.state.apply(event)

    def _report(self, event: Event, task: Task | None) -> None:
        for reporter in list(self.reporters):
            try:
                reporter.event(event, task)
            except Exception as error:
                self._drop(reporter, error)

    def tell(self, task: Task, text: str) -> None:
        for reporter in list(self.reporters):
            try:
                reporter.waits(task, text)
            except Exception as error:
                self._drop(reporter, error)

    def _drop(self, reporter: Reporter, error: Exception) -> None:
        """Two hosts may find it broken at once."""
        with suppress(ValueError):
            self.reporters.remove(reporter)
            self.dropped.append(error)

    # -- who asks it to stop

    def interrupt(self, code: int) -> None:
        """R19: at first no new host starts; then stop now."""
        if self.signal:
            self.give_up(Interrupted("interrupted twice", code))
        self.signal = code

    def give_up(self, gone: Gone) -> None:
        """No act and no word more from this process."""
        self.gone = self.gone or gone

    def check(self) -> None:
        """Raises `Gone` when this process may do no more."""
        if self.gone:
            raise self.gone

    def gives_way(self, host: str | None) -> bool:
        """Someone asked to stop: does whoever waits for this host give up? A changed one is finished to its verdict."""
        self.check()
        return self.stop is not None and (host is None or host not in self.state.entered)

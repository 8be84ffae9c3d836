"""A run as the live view shows it: batches, hosts in flight, failures. Made from events alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from zdd.journal.run_record import versions
from zdd.model import DONE, Batch, Event, Pipeline, Plan, Task
from zdd.report.narrator import Line, Narrator
from zdd.report.roster import Place
from zdd.report.serving import Serving


@dataclass(slots=True)
class Bar:
    """A batch, and how far its pipelines are."""

    name: str
    members: tuple[str | None, ...]  # its hosts; None: the fleet, for a pause or a migration
    done: set[str | None] = field(default_factory=set)
    failed: set[str | None] = field(default_factory=set)

    @property
    def total(self) -> int:
        return len(self.members)

    @property
    def rolls(self) -> bool:
        """Its hosts are taken from one release to the other in it."""
        return any(self.members) and self.name not in ("stage", "prepare", "finish")

    @property
    def over(self) -> bool:
        return len(self.done | self.failed) >= self.total


@dataclass(slots=True)
class Row:
    """Who is in flight, at which task since when, and what it waits for."""

    who: str
    task: Task
    since: float
    bar: Bar | None = None
    waits: str = ""


class Board:
    """What is shown. `failures` stay, whatever comes after them."""

    def __init__(self) -> None:
        self.title, self.run = "", ""
        self.began, self.ended = 0.0, 0.0
        self.bars: list[Bar] = []
        self.rows: dict[str, Row] = {}
        self.failures: list[Line] = []
        self.last: Line | None = None  # what was said of the run as a whole
        self.serving = Serving()
        self._narrator = Narrator()
        self._places: dict[str, tuple[Bar, Pipeline]] = {}

    @property
    def hosts(self) -> tuple[int, int]:
        """Hosts that are done with the newest batch that they are in, and all of them."""
        rolling = [bar for bar in self.bars if bar.rolls]
        return sum(len(bar.done) for bar in rolling), sum(bar.total for bar in rolling)

    @property
    def on(self) -> bool:
        """It has begun, and not stopped."""
        return bool(self.title) and not self.ended

    @property
    def names(self) -> set[str]:
        """Of all that may have a line."""
        return {host for bar in self.bars for host in bar.members if host}

    @property
    def at_work(self) -> list[Row]:
        """Whose task has begun and not ended, the slowest first."""
        return sorted((row for row in self.rows.values() if row.task.id in self._narrator.in_flight), key=_since)

    def place(self, event: Event) -> Place | None:
        return self._narrator.roster.place(event)

    def event(self, event: Event, task: Task | None = None) -> Line | None:
        """What it says in words, where that is news."""
        line = self._narrator.line(event, task)
        task = task or self._narrator.roster.task(event)
        self.began = self.began or event.at
        if line and event.kind != "run.resumed":  # soon seen from what it does
            self._remember(line)
        if event.plan:
            self._leg(event.plan)
        if event.kind == "run.stopped":
            self.ended = event.at
            self.rows.clear()
        if event.kind == "run.resumed":
            self._begin_again()
        if task:
            self._move(event, task)
        if place := self.place(event):
            self.serving.event(event, place)
        return line

    def catch_up(self, events: Iterable[Event]) -> None:
        """What happened before anyone watched."""
        for event in events:
            self.event(event)

    def waits(self, task: Task, text: str) -> None:
        row = self.rows.get(self._narrator.roster.who(task))
        if row and row.task.id == task.id:
            row.waits = text

    def _remember(self, line: Line) -> None:
        if line.alarming and line.who:
            self.failures.append(line)
        elif not line.who:
            self.last = line

    def _begin_again(self) -> None:
        """What failed is tried again."""
        self.ended, self.failures = 0.0, []
        for bar in self.bars:
            bar.failed.clear()

    def _leg(self, plan: Plan) -> None:
        verb = "deploying" if plan.direction == "forward" else "reverting"
        self.title, self.run = f"{' '.join(plan.fleets)}  {verb} {versions(plan)}", plan.run
        self.serving.leg(plan)
        self.rows.clear()
        self.bars, self._places, self.last = [], {}, None
        for batch in (batch for play in plan.plays for batch in play.batches):
            self._enter(batch)

    def _enter(self, batch: Batch) -> None:
        bar = Bar(batch.name, tuple(pipeline.host for pipeline in batch.pipelines))
        self.bars.append(bar)
        for pipeline in batch.pipelines:
            for task in (*pipeline.tasks, *pipeline.put_back):
                self._places[task.id] = (bar, pipeline)

    def _move(self, event: Event, task: Task) -> None:
        who = self._narrator.roster.who(task)
        match event.kind:
            case "task.started":
                bar, _ = self._places.get(task.id, (None, None))
                self.rows[who] = Row(who, task, event.at, bar)
            case "task.waiting":
                self.rows.pop(who, None)
            case "task.ended":
                self._ended(event, task, who)
            case "host.fell" if task.id in self._places:
                bar, _ = self._places[task.id]
                bar.done.discard(task.host)
                bar.failed.add(task.host)

    def _ended(self, event: Event, task: Task, who: str) -> None:
        if task.id not in self._places:
            return
        bar, pipeline = self._places[task.id]
        if event.status not in DONE:
            bar.failed.add(pipeline.host)
            self.rows.pop(who, None)
        elif _is_last(pipeline, event, task):
            bar.failed.discard(pipeline.host)
            bar.done.add(pipeline.host)
            self.rows.pop(who, None)
        elif pipeline.put_back and task.id == pipeline.put_back[-1].id:
            self.rows.pop(who, None)


def _since(row: Row) -> float:
    return row.since


def _is_last(pipeline: Pipeline, event: Event, task: Task) -> bool:
    nothing_to_do = task.step == "look" and event.status == "unchanged"
    return task.id == pipeline.tasks[-1].id or nothing_to_do

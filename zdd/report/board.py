"""A run as the live view shows it: batches, hosts in flight, failures. Made from events alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from zdd.journal.run_record import versions
from zdd.model import DONE, Batch, Event, Pipeline, Plan, Task
from zdd.report.narrator import Line, Narrator


@dataclass(slots=True)
class Bar:
    """A batch, and how far its pipelines are."""

    name: str
    total: int
    of_hosts: bool  # else it is the fleet's: a pause, a migration
    done: set[str | None] = field(default_factory=set)
    failed: set[str | None] = field(default_factory=set)

    @property
    def over(self) -> bool:
        return len(self.done | self.failed) >= self.total


@dataclass(slots=True)
class Row:
    """Who is in flight, at which task since when, and what it waits for."""

    who: str
    task: Task
    since: float
    waits: str = ""


class Board:
    """What is shown. `failures` stay, whatever comes after them."""

    def __init__(self) -> None:
        self.title, self.began, self.ended = "", 0.0, 0.0
        self.bars: list[Bar] = []
        self.rows: dict[str, Row] = {}
        self.failures: list[Line] = []
        self.last: Line | None = None  # what was said of the run as a whole
        self._narrator = Narrator()
        self._places: dict[str, tuple[Bar, Pipeline]] = {}

    @property
    def hosts(self) -> tuple[int, int]:
        """Hosts that are done with the newest batch that they are in, and all of them."""
        of_hosts = [bar for bar in self.bars if bar.of_hosts and bar.name not in ("stage", "prepare", "finish")]
        return sum(len(bar.done) for bar in of_hosts), sum(bar.total for bar in of_hosts)

    def event(self, event: Event, task: Task | None = None) -> None:
        line = self._narrator.line(event, task)
        task = task or self._narrator.roster.task(event)
        self.began = self.began or event.at
        if line:
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
        self.title = f"{' '.join(plan.fleets)}  {verb} {versions(plan)}  run {plan.run}"
        self.rows.clear()
        self.bars, self._places, self.last = [], {}, None
        for batch in (batch for play in plan.plays for batch in play.batches):
            self._enter(batch)

    def _enter(self, batch: Batch) -> None:
        bar = Bar(batch.name, len(batch.pipelines), any(pipeline.host for pipeline in batch.pipelines))
        self.bars.append(bar)
        for pipeline in batch.pipelines:
            for task in (*pipeline.tasks, *pipeline.put_back):
                self._places[task.id] = (bar, pipeline)

    def _move(self, event: Event, task: Task) -> None:
        who = self._narrator.roster.who(task)
        match event.kind:
            case "task.started":
                self.rows[who] = Row(who, task, event.at)
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


def _is_last(pipeline: Pipeline, event: Event, task: Task) -> bool:
    nothing_to_do = task.step == "look" and event.status == "unchanged"
    return task.id == pipeline.tasks[-1].id or nothing_to_do

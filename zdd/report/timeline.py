"""A run as a picture needs it: who did what from when to when, how many served meanwhile, and what failed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from zdd.model import Event, Plan
from zdd.report.narrator import Line, Narrator
from zdd.report.roster import Place
from zdd.report.serving import Serving


@dataclass(slots=True)
class Span:
    """One phase of one host: stage, out, change, back, put back, finish; or the fleet's own task."""

    kind: str
    since: float
    until: float
    reverts: bool = False
    status: str = "on"  # ok · unchanged · failed · unknown · waits · on: it never ended
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Lane:
    """All phases of one host, or of the fleet."""

    who: str
    fleet: str
    batch: str = ""  # in which it goes to the new release
    spans: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Count:
    """How many served from when on, and how many had to. The last one holds to the end."""

    total: int
    steps: list[tuple[float, int, int]] = field(default_factory=list)  # at, serving, floor

    def note(self, at: float, serving: int, floor: int) -> None:
        if not self.steps or self.steps[-1][1:] != (serving, floor):
            self.steps.append((at, serving, floor))


class Timeline:
    """Made from events alone."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.plan: Plan | None = None  # the way forward
        self.began = self.ended = 0.0
        self.lanes: dict[tuple[str, str], Lane] = {}  # fleet, who
        self.counts: dict[str, Count] = {}  # fleet -> who served
        self.marks: list[Line] = []  # what happened to the run as a whole
        self.failures: list[Line] = []
        self._narrator, self._serving = Narrator(), Serving()
        self._reverting = False
        for event in events:
            self.event(event)

    def event(self, event: Event) -> None:
        line = self._narrator.line(event)
        self.began, self.ended = self.began or event.at, event.at
        if event.plan:
            self._leg(event.plan)
        place = self._narrator.roster.place(event)
        if place:
            self._serving.event(event, place)
            self._happened(event, place, line)
        if line and not line.who:
            self.marks.append(line)
        elif line and line.alarming:
            self.failures.append(line)
        for name, fleet in self._serving.fleets.items():
            self.counts.setdefault(name, Count(fleet.total)).note(event.at, fleet.serving, fleet.floor)

    def _leg(self, plan: Plan) -> None:
        self.plan = self.plan or plan
        self._reverting = plan.direction == "revert"
        self._serving.leg(plan)
        for play in plan.plays:
            for batch in play.batches:
                for pipeline in batch.pipelines:
                    lane = self._lane(play.fleet, pipeline.host or play.fleet)
                    if pipeline.takes and not self._reverting:
                        lane.batch = batch.name

    def _lane(self, fleet: str, who: str) -> Lane:
        return self.lanes.setdefault((fleet, who), Lane(who, fleet))

    def _happened(self, event: Event, place: Place, line: Line | None) -> None:
        lane = self._lane(place.fleet, place.task.host or place.fleet)
        match event.kind:
            case "task.started":
                self._begin(lane, event.at, _kind(place))
            case "task.ended" if lane.spans:
                _end(lane.spans[-1], event, line)
            case "task.waiting" if lane.spans:
                _wait(lane.spans[-1], event.at, line)
            case "host.fell":
                lane.spans.append(Span("fell", event.at, event.at, status=event.status, lines=[line] if line else []))

    def _begin(self, lane: Lane, at: float, kind: str) -> None:
        """A phase goes on until another one begins, or it has failed."""
        last = lane.spans[-1] if lane.spans else None
        goes_on = (
            last and (last.kind, last.reverts) == (kind, self._reverting) and last.status not in ("failed", "unknown")
        )
        if last and goes_on:
            last.status = "on"
        else:
            lane.spans.append(Span(kind, at, at, self._reverting))


def _kind(place: Place) -> str:
    part = place.task.part
    return place.phase or ("change" if part == "out" else part)


def _end(span: Span, event: Event, line: Line | None) -> None:
    span.until, span.status = event.at, event.status
    if line:
        span.lines.append(line)


def _wait(span: Span, at: float, line: Line | None) -> None:
    span.until, span.status = at, "waits"
    if line:
        span.lines.append(line)

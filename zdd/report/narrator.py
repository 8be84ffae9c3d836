"""Events as lines that people read. An event that would say nothing new has no line."""

from dataclasses import dataclass, replace

from zdd.journal.run_record import versions
from zdd.model import DONE, Event, Plan, Task
from zdd.report.exit_codes import meaning
from zdd.report.hosts import counted
from zdd.report.roster import Place, Roster, origin
from zdd.report.titles import title


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One change. Lines that differ only in who and how long can be told as one."""

    at: float
    what: str  # "drain ok"
    who: str = ""  # a host, a fleet, or nobody
    took: float | None = None
    detail: str = ""  # its first line stands on the line, the others below it
    output: str = ""  # the host's own last words
    origin: str = ""  # where the playbook says what went wrong: "shop.yml:31:5"
    alarming: bool = False
    place: Place | None = None  # of a whole phase: who left or came back
    after: str = ""  # how things stood then; not a part of what happened
    slow: str = ""  # tasks of that phase which took long


class Narrator:
    """Remembers what is in flight, so that an end can say how long it took."""

    def __init__(self) -> None:
        self.roster = Roster()
        self.in_flight: dict[str, tuple[Task, float]] = {}  # task id -> since when
        self._put_off: dict[str, str] = {}  # task id -> the reason last told
        self._begun = False  # a leg has just started: "carried on" would say nothing new

    def line(self, event: Event, task: Task | None = None) -> Line | None:
        """None: nothing that people would want a line for."""
        task = task or self.roster.task(event)
        fresh, self._begun = self._begun, event.kind == "leg.started"
        match event.kind:
            case "leg.started" if event.plan:
                return self._leg(event, event.plan)
            case "task.started" if task:
                self.in_flight[task.id] = (task, event.at)
            case "task.waiting" if task:
                return self._put_off_line(event, task)
            case "task.ended" if task:
                return self._ended(event, task)
            case "host.fell":
                return self._of(event, task, "fell", alarming=True)
            case "run.resumed":
                return None if fresh else self._of(event, None, "the run is carried on")
            case "run.halted":
                return self._of(event, None, "halted", alarming=True)
            case "run.stopped":
                return self._stopped(event)
            case "asked":
                return self._asked(event)
        return None

    def _leg(self, event: Event, plan: Plan) -> Line:
        self.roster.learn(plan)
        self.in_flight.clear()
        hosts = dict.fromkeys(p.host for p in plan.pipelines() if p.host)
        verb = "deploy" if plan.direction == "forward" else "revert"
        floors = [f"at least {play.floor} of {len(play.hosts)} serve" for play in plan.plays]
        facts = [f"{versions(plan)} on {counted(hosts)}", *(floors if len(floors) == 1 else []), f"run {plan.run}"]
        return Line(at=event.at, what=f"{' '.join(plan.fleets)} {verb} begins: {'; '.join(facts)}")

    def _ended(self, event: Event, task: Task) -> Line:
        _, since = self.in_flight.pop(task.id, (task, event.at))
        self._put_off.pop(task.id, None)
        alarming = event.status not in DONE
        return self._of(event, task, f"{title(task)} {event.status}", took=event.at - since, alarming=alarming)

    def _put_off_line(self, event: Event, task: Task) -> Line | None:
        """A host that must wait tries again and again; only a new reason is news."""
        self.in_flight.pop(task.id, None)
        known = self._put_off.get(task.id)
        self._put_off[task.id] = event.detail
        how = "put off to the end of its batch" if event.status == "deferred" else "must wait"
        return None if known == event.detail else self._of(event, task, f"{title(task)} {how}")

    def _stopped(self, event: Event) -> Line:
        code = int(event.data.get("code", 0))
        said = replace(event, detail="") if event.detail in meaning(code) else event
        return self._of(said, None, f"{meaning(code)} (exit {code})", alarming=code not in (0, 23))

    def _asked(self, event: Event) -> Line:
        by = f" by {event.data['by']}" if event.data.get("by") else ""
        why = f" because {event.data['why']}" if event.data.get("why") else ""
        return self._of(event, None, f"{event.status} asked for{by}{why}")

    def _of(
        self, event: Event, task: Task | None, what: str, *, took: float | None = None, alarming: bool = False
    ) -> Line:
        return Line(
            at=event.at,
            who=self.roster.who(task) if task else "",
            what=what,
            took=took,
            detail=event.detail,
            output=str(event.data.get("output", "")),
            origin=origin(event, task) if task and alarming else "",
            alarming=alarming,
        )

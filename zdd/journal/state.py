"""State is a fold over events. Nothing else remembers what a run has done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zdd.journal.places import Places
from zdd.model import DONE, Batch, Event, Pipeline, Plan, Task

Hosts = dict[str, None]  # an ordered set: first touched first
WRONG = ("failed", "unknown")


@dataclass(slots=True)
class State:
    """What a run has done so far. Tasks stand under their ids: started, doubt, or how they ended."""

    plan: Plan | None = None  # of the leg that is on
    forward: Plan | None = None
    leg: int = 0
    code: int | None = None  # of the last stop
    tasks: dict[str, str] = field(default_factory=dict)  # of this leg
    wrong: dict[str, str] = field(default_factory=dict)  # of these, the failed and the unknown
    kept: dict[str, str] = field(default_factory=dict)  # what still stands of the way forward during a revert
    touched: Hosts = field(default_factory=dict)  # reverted ones leave
    marked: Hosts = field(default_factory=dict)  # bear the run's mark, also when they are home again
    changed: Hosts = field(default_factory=dict)  # of those touched, where a change has begun
    entered: Hosts = field(default_factory=dict)  # where a change of this leg has begun
    found: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # how a host was before the run
    stood: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # and before this leg: `put back` goes there
    asked: dict[str, Event] = field(default_factory=dict)  # pause, abort, revert: not yet answered
    settled: dict[str, str] = field(default_factory=dict)  # host -> done or again: a person's word on a doubt
    deferred: Hosts = field(default_factory=dict)  # ids of drains that went to the end once
    halted: Event | None = None  # a failure that is not the release's
    left: Hosts = field(default_factory=dict)  # left behind: reverted alone
    zero: Hosts = field(default_factory=dict)  # left behind: of batch 0, and failed
    skipped: Hosts = field(default_factory=dict)  # --skip
    reverted: Hosts = field(default_factory=dict)  # have had their automatic revert
    finished: Hosts = field(default_factory=dict)  # touched, and their way forward ended well
    fallen: Hosts = field(default_factory=dict)  # finished, and fell later
    dropped: dict[str, str] = field(default_factory=dict)  # id of work that was taken and never begun -> host
    had: dict[tuple[str, str], str] = field(default_factory=dict)  # host, file -> digest of what it keeps of before
    taken_out: Hosts = field(default_factory=dict)  # by zdd, for good: their revert could not end
    failures: dict[str, Event] = field(default_factory=dict)  # task id -> how it last failed, for people
    _places: Places = field(default_factory=Places)

    # -- questions

    @property
    def reverting(self) -> bool:
        return self.plan is not None and self.plan.direction == "revert"

    @property
    def charged(self) -> set[str]:
        """Hosts that take a place in the budget: broken ones, and those that were reverted alone."""
        return {*self.broken, *self.left}

    @property
    def behind(self) -> list[str]:
        """Hosts that the run goes on without."""
        return list({**self.left, **self.zero, **self.skipped})

    @property
    def broken(self) -> list[str]:
        """Hosts that failed or are unknown in this attempt. They are not tried again before somebody resumes."""
        return self.hosts("failed", "unknown")

    def hosts(self, *statuses: str) -> list[str]:
        """Hosts with a task of this leg that failed or is unknown; those left behind are accounted for already."""
        tasks = (self.task(id) for id, status in self.wrong.items() if status in statuses)
        at = dict.fromkeys(task.host for task in tasks if task and task.host)
        return [host for host in at if self.reverting or not (host in self.left or host in self.zero)]

    def fleet(self, status: str) -> list[str]:
        """Names of the fleet's own tasks that failed or are unknown."""
        tasks = (self.task(id) for id, was in self.wrong.items() if was == status)
        return [str(task) for task in tasks if task and task.host is None]

    def task(self, id: str) -> Task | None:
        """The task of this leg with that id."""
        return self._places.tasks[id][0] if id in self._places.tasks else None

    def way(self, host: str) -> Pipeline | None:
        """The host's own pipeline in this leg, and not what stages or ends it."""
        return self._places.ways[host][0] if host in self._places.ways else None

    def batch(self, host: str) -> Batch | None:
        """That it goes its way in."""
        return self._places.ways[host][1] if host in self._places.ways else None

    def status(self, task: Task) -> str:
        return self.tasks.get(task.id, "")

    def done(self, pipeline: Pipeline) -> bool:
        """Its last task ended well, or the look found nothing to do."""
        first, last = pipeline.tasks[0], pipeline.tasks[-1]
        return self.status(last) in DONE or (first.step == "look" and self.status(first) == "unchanged")

    # -- one fact at a time

    def apply(self, event: Event) -> None:
        match event.kind:
            case "leg.started":
                self._leg_started(event)
            case "run.resumed":
                self._run_resumed()
            case "run.stopped":
                self._run_stopped(event)
            case "run.halted":
                self.halted = event
            case "asked":
                self._asked(event)
            case "task.started":
                self._task_started(event)
            case "task.waiting":
                self._task_waiting(event)
            case "task.ended":
                self._task_ended(event)
            case "host.fell":
                self._host_fell(event)
            case _:
                raise ValueError(f"unknown event {event.kind!r}")

    def _leg_started(self, event: Event) -> None:
        plan = event.plan
        assert plan
        if plan.direction == "revert":
            self._turn_back(plan)
        else:
            self._go_forward(plan)
        self.plan, self.leg, self.code, self.halted, self.stood = plan, self.leg + 1, None, None, {}
        self.failures = {} if plan.direction == "forward" else self.failures
        self._places = Places.of(plan)
        self._gather()

    def _gather(self) -> None:
        """What is kept beside `tasks`, so that no event has to look through all of them."""
        self.wrong = {id: status for id, status in self.tasks.items() if status in WRONG}
        ways = (pipeline for pipeline, _ in self._places.ways.values()) if not self.reverting else ()
        self.finished = {str(p.host): None for p in ways if p.host in self.touched and self.done(p)}

    def _set(self, id: str, status: str) -> None:
        self.tasks[id] = status
        self.wrong.pop(id, None)
        if status in WRONG:
            self.wrong[id] = status

    def _go_forward(self, plan: Plan) -> None:
        self.forward = self.forward or plan
        self.tasks, self.kept, self.entered = dict(self.kept), {}, dict(self.changed)

    def _turn_back(self, plan: Plan) -> None:
        """The forward tasks of hosts that go back no longer stand; failed ones are what it goes back for."""
        hosts = {pipeline.host for pipeline in plan.pipelines()}
        stands = self.kept if self.reverting else self.tasks
        known = {task.id: task for task in _tasks(self.forward)}
        self.kept = {
            id: status
            for id, status in stands.items()
            if status != "failed" and id in known and (known[id].host not in hosts or known[id].part == "stage")
        }
        self.tasks, self.entered = {}, {}
        self.asked.pop("revert", None)
        self.asked.pop("abort", None)
        if plan.scope == "spare":
            self.left.update({host: None for host in hosts if host})
        if not plan.asked:
            self.reverted.update({host: None for host in hosts if host})

    def _run_resumed(self) -> None:
        for tasks in (self.tasks, self.kept):
            for id, status in list(tasks.items()):
                if status in ("failed", "waiting"):
                    del tasks[id]
                elif status in ("started", "unknown"):
                    tasks[id] = "doubt"
        if not self.reverting:
            self.failures = {}
        ended = self.code == 23  # it ended without them; whoever resumes it wants them
        self.left, self.zero = {} if ended else self.left, {}
        self.skipped = {} if ended else self.skipped
        self.asked.pop("pause", None)
        self.halted, self.code, self.fallen = None, None, {}
        self._gather()

    def _run_stopped(self, event: Event) -> None:
        self.code = int(event.data["code"])
        self.settled.clear()  # a person's word counts for one attempt
        self.asked.pop("abort", None)  # this is its answer

    def _asked(self, event: Event) -> None:
        match event.status:
            case "skip":
                self.skipped[event.detail] = None
            case "done" | "again":
                self.settled[event.detail] = event.status
            case "without-balancer":  # it is dead both ways
                self.plan, self.forward = (leg and leg.without([event.detail]) for leg in (self.plan, self.forward))
            case verb:
                self.asked[verb] = event

    def _task_started(self, event: Event) -> None:
        task = self.task(event.task)
        self._heard(task)
        self._set(event.task, "started")
        if not task or not task.host or task.part in ("stage", "finish"):
            return
        if task.step == "look":
            self.marked.setdefault(task.host)
        if not self.reverting:
            self.touched.setdefault(task.host)  # a look already leaves the host's mark
        if task.step == "note":
            self.taken_out[task.host] = None
        if task.part == "change":
            self.changed.setdefault(task.host)
            self.entered.setdefault(task.host)

    def _heard(self, task: Task | None) -> None:
        """A person's word is about the doubt that there was, not about the next one."""
        if task and not task.safe and self.status(task) in ("doubt", "unknown"):
            self.settled.pop(task.host or task.on, None)

    def _task_waiting(self, event: Event) -> None:
        self._set(event.task, "waiting")
        if event.status == "deferred":
            self.deferred[event.task] = None

    def _task_ended(self, event: Event) -> None:
        task = self.task(event.task)
        if event.status in DONE:
            self._heard(task)
            self.failures.pop(event.task, None)
        self._set(event.task, event.status)
        if event.status not in DONE:
            self._task_failed(event)
        elif self.halted and self.halted.task == event.task:
            self.halted = None  # the second try went well
        if task and task.host and task.step == "look" and event.status in DONE:
            self._looked(task.host, event)
        if task and task.host and task.step == "unmark" and event.status in DONE and not event.data.get("stays"):
            self._unmarked(task, task.host)
        if task and task.host and "dropped" in event.data:
            self.dropped.update(dict.fromkeys(event.data["dropped"], task.host))
        if task and task.host and "kept" in event.data:
            self.had[task.host, event.data["dest"]] = event.data["kept"]
        if task and task.host and event.status in DONE:
            self._host_is_home(task, task.host)

    def _task_failed(self, event: Event) -> None:
        self.failures[event.task] = event
        zero = event.task in self._places.tasks and self._places.tasks[event.task][2].zero
        task = self.task(event.task)
        if event.cause == "environment" and not self.reverting:
            self.halted = event
            if event.status == "failed":
                del self.tasks[event.task], self.wrong[event.task]  # not the host's fault: it does not count
        elif zero and event.status == "failed" and task and task.host and not self.reverting:
            self.zero[task.host] = None

    def _looked(self, host: str, event: Event) -> None:
        self.found.setdefault(host, event.data["found"])
        self.stood.setdefault(host, event.data["stood"])
        if event.status == "unchanged" and host not in self.changed:
            self.touched.pop(host, None)
            self.marked.pop(host, None)

    def _unmarked(self, task: Task, host: str) -> None:
        self.marked.pop(host, None)
        if task.part == "out" and not self.reverting:
            self.touched.pop(host, None)  # put back, unchanged

    def _host_is_home(self, task: Task, host: str) -> None:
        pipeline = self._places.tasks[task.id][1]
        if pipeline.tasks[-1].id != task.id or task.part == "finish":
            return
        if not self.reverting and pipeline.takes:
            self.finished[host] = None
        elif self.reverting and task.step != "note":
            self.touched.pop(host, None)
            self.changed.pop(host, None)
            self.taken_out.pop(host, None)

    def _host_fell(self, event: Event) -> None:
        task = self.task(event.task)
        self._set(event.task, event.status)
        self.failures[event.task] = event
        if task and task.host:
            self.fallen[task.host] = None
            self.finished.pop(task.host, None)


def _tasks(plan: Plan | None) -> Iterable[Task]:
    return (task for play in plan.plays for task in play.tasks()) if plan else ()


def fold(events: Iterable[Event]) -> State:
    """The state after these events."""
    state = State()
    for event in events:
        state.apply(event)
    return state

"""Where each task of a run stands: its fleet, its batch, its pipeline, and the phase of the pipeline's way."""

from dataclasses import dataclass

from zdd.model import Event, Pipeline, Plan, Task

PHASES = {"out": "out", "back": "back", "finish": "finish"}  # parts whose tasks are told as one


@dataclass(frozen=True, slots=True)
class Place:
    """One task's."""

    task: Task
    fleet: str
    batch: str
    pipeline: Pipeline

    @property
    def phase(self) -> str:
        """`out`, `back`, `put back` or `finish`; empty for a task that is told by itself."""
        if self._undoes:
            return "put back"
        if self.task.part == "finish" or self.pipeline.takes:
            return PHASES.get(self.task.part, "")
        return ""

    @property
    def ends_its_phase(self) -> bool:
        """No task of the same phase comes after it."""
        tasks = self.pipeline.put_back if self._undoes else self.pipeline.part(self.task.part)
        return bool(tasks) and tasks[-1].id == self.task.id

    @property
    def _undoes(self) -> bool:
        return any(task.id == self.task.id for task in self.pipeline.put_back)


def origin(event: Event, task: Task) -> str:
    """The line of the playbook: of the check, balancer or probe that failed, else of the task."""
    return str(event.data.get("origin", "")) or task.origin


class Roster:
    """Every task of the legs that it was told of, by id."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}

    def learn(self, plan: Plan) -> None:
        for play in plan.plays:
            for batch in play.batches:
                for pipeline in batch.pipelines:
                    for task in (*pipeline.tasks, *pipeline.put_back):
                        self._places[task.id] = Place(task, play.fleet, batch.name, pipeline)

    def event(self, event: Event) -> None:
        if event.plan:
            self.learn(event.plan)

    def known(self, id: str) -> Task | None:
        found = self._places.get(id)
        return found.task if found else None

    def place(self, event: Event) -> Place | None:
        return self._places.get(event.task)

    def task(self, event: Event) -> Task | None:
        return self.known(event.task)

    def who(self, task: Task) -> str:
        """The host, or the fleet where the task is the fleet's."""
        if task.host:
            return task.host
        found = self._places.get(task.id)
        return found.fleet if found else "fleet"

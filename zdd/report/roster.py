"""Whose task is whose: a task knows its host, its plan knows the fleet and the batch."""

from zdd.model import Event, Plan, Task


class Roster:
    """Every task of the legs that it was told of, by id."""

    def __init__(self) -> None:
        self._tasks: dict[str, tuple[Task, str]] = {}

    def learn(self, plan: Plan) -> None:
        for play in plan.plays:
            self._tasks.update((task.id, (task, play.fleet)) for task in play.tasks())

    def task(self, event: Event) -> Task | None:
        found = self._tasks.get(event.task)
        return found[0] if found else None

    def who(self, task: Task) -> str:
        """The host, or the fleet where the task is the fleet's."""
        if task.host:
            return task.host
        found = self._tasks.get(task.id)
        return found[1] if found else "fleet"

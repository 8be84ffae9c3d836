"""Where a pipeline goes on."""

from zdd.journal.state import State
from zdd.model import DONE, Pipeline, Task


def remaining(pipeline: Pipeline, state: State) -> list[Task]:
    """Where a pipeline goes on. Acts that ended well are not done again, conditions always are; a host whose changes
    are all done is not taken out a second time."""
    todo = [task for task in pipeline.tasks if task.part in ("stage", "change") and state.status(task) not in DONE]
    if todo and pipeline.host and todo[0].part == "change":
        return [task for task in pipeline.tasks if task.part in ("out", "back") or task in todo]
    if todo:
        return [task for task in pipeline.tasks if task.part == "out" or task in todo]
    return list(pipeline.part("back") or pipeline.tasks)

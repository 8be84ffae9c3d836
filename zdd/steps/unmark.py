"""The host is no longer the run's: its mark goes."""

from zdd.model import Outcome, Task
from zdd.steps import Site, Step, mark
from zdd.steps.place import place, reverting
from zdd.steps.shell import SAME


def act(site: Site, task: Task) -> Outcome:
    """A host that is only put back in the midst of its way back is still to be reverted, and stays marked."""
    if reverting(site) and task.part == "out" and not _last(site, task):
        return Outcome(status="unchanged")
    here = place(site, task)
    result = here.do(mark.remove(here.home, site.run, note=task.part == "out"))
    return Outcome(status="unchanged" if SAME in result.out.split() else "ok")


def _last(site: Site, task: Task) -> bool:
    """Putting it back is its whole way back."""
    return any(pipeline.tasks and pipeline.tasks[-1].id == task.id for pipeline in site.play.pipelines())


UNMARK = Step(act)

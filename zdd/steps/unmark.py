"""The host is no longer the run's: its mark goes."""

from zdd.model import Outcome, Task
from zdd.steps import Site, Step, mark
from zdd.steps.place import host_of, place, reverting
from zdd.steps.shell import SAME


def act(site: Site, task: Task) -> Outcome:
    """A host that was put back stays marked as long as it is not as it was found: in the midst of its way back, and
    where a run that this one took over had left it out."""
    if task.part == "out" and not at_home(site, task):
        return Outcome(status="unchanged", data={"stays": True})
    here = place(site, task)
    result = here.do(mark.remove(here.home, site.run, note=task.part == "out"))
    return Outcome(status="unchanged" if SAME in result.out.split() else "ok")


def at_home(site: Site, task: Task) -> bool:
    """On the way back: putting it back is all there is to do."""
    host = host_of(task)
    if reverting(site):
        return any(pipeline.tasks and pipeline.tasks[-1].id == task.id for pipeline in site.play.pipelines())
    found, stood = (seen.get(host, {}).get("balancers", {}) for seen in (site.state.found, site.state.stood))
    return all(found.get(name) == stood.get(name) for name in site.traffic.balancers)


UNMARK = Step(act)

"""Old releases go, when the fleet has left them behind."""

from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.place import place, target_of
from zdd.steps.release_commands import prune


def act(site: Site, task: Task) -> Outcome:
    """Never after a failure: someone may want to go back, or to look."""
    target = target_of(site, task)
    if target.release is None or site.state.behind or site.state.broken:
        return Outcome(status="unchanged")
    here = place(site, task)
    protected = [release.name for release in (target.release, target.before) if release]
    result = here.do(prune(target.release.path, here.home.folder, int(task.args["keep"]), protected))
    gone = result.out.split()
    return Outcome(status="ok" if gone else "unchanged", detail=f"removed {', '.join(gone)}" if gone else "")


PRUNE = Step(act)

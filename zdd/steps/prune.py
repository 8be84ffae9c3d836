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
    release, keep = target.release, int(task.args["keep"])
    result = here.do(prune(release.path, here.home.folder, keep, protected, release.assets))
    gone = result.out.splitlines()
    return Outcome(status="ok" if gone else "unchanged", detail=f"removed {', '.join(gone)}" if gone else "")


PRUNE = Step(act)

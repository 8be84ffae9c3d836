"""Old releases go, when the fleet has left them behind."""

from collections.abc import Sequence

from zdd.model import Outcome, Release, Task
from zdd.steps import Site, Step, installed_commands, release_commands
from zdd.steps.place import Place, place, target_of
from zdd.transport import Command


def act(site: Site, task: Task) -> Outcome:
    """Never after a failure: someone may want to go back, or to look."""
    target = target_of(site, task)
    if target.release is None or site.state.behind or site.state.broken:
        return Outcome(status="unchanged")
    here = place(site, task)
    protected = [release.name for release in (target.release, target.before) if release]
    gone = here.do(_command(here, target.release, int(task.args["keep"]), protected)).out.splitlines()
    return Outcome(status="ok" if gone else "unchanged", detail=f"removed {', '.join(gone)}" if gone else "")


def _command(here: Place, release: Release, keep: int, protected: Sequence[str]) -> Command:
    if release.installed:
        return installed_commands.prune(here.home.folder, keep, protected)
    return release_commands.prune(release.path, here.home.folder, keep, protected, release.assets)


PRUNE = Step(act)

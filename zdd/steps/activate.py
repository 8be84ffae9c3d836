"""`current` names the release, from one moment to the next; on the way back to nothing it names none."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from zdd.model import Outcome, Release, Task
from zdd.steps import Site, Step, installed_commands, release_commands
from zdd.steps.host_state import runs_now
from zdd.steps.place import Place, host_of, place, target_of, wanted
from zdd.steps.services import running, stop
from zdd.steps.shell import SAME
from zdd.transport import Command


class ActivateKeys(BaseModel):
    """It takes no keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def activate(site: Site, task: Task) -> Outcome:
    here, release = place(site, task), wanted(site, task)
    result = here.do(release_commands.activate(release))
    return Outcome(status="unchanged" if SAME in result.out.split() else "ok")


def look(site: Site, task: Task) -> bool | None:
    here, release = place(site, task), wanted(site, task)
    return runs_now(here, release).runs(release)


def deactivate(site: Site, task: Task) -> Outcome:
    """Services that did not run before the run are stopped while what they run is still there."""
    here, target = place(site, task), target_of(site, task)
    ran: Sequence[str] = site.state.found.get(host_of(task), {}).get("services", ())
    for name in task.args.get("services", ()):
        if name not in ran and running(here, name):
            stop(here, name)
    if target.release:
        here.do(_gone(here, target.release))
    return Outcome()


def _gone(here: Place, release: Release) -> Command:
    """What the host has installed itself stays there, and zdd knows it no more."""
    return installed_commands.forget(here.home) if release.installed else release_commands.deactivate(release.path)


ACTIVATE = Step(activate, look=look, keys=ActivateKeys)
DEACTIVATE = Step(deactivate)

"""Services: started, stopped, restarted, reloaded, by whatever manages them on that host."""

from pydantic import BaseModel, ConfigDict, Field

from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.place import Place, place, release_of
from zdd.steps.services import ServiceState, born, change, running
from zdd.steps.shell import SAME, quote, script
from zdd.transport import Command

GRAIN = 1  # seconds: both times are whole ones


class ServiceKeys(BaseModel):
    """What a playbook may write under `service`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[\w@:.*\\-]+$")
    """as its manager knows it"""
    state: ServiceState
    """`restarted` and `reloaded` always do so; `started` and `stopped` only where it is not"""


def act(site: Site, task: Task) -> Outcome:
    said = change(place(site, task), task.args["name"], task.args["state"])
    return Outcome(status="unchanged" if SAME in said.split() else "ok")


def look(site: Site, task: Task) -> bool | None:
    here, name = place(site, task), task.args["name"]
    match task.args["state"]:
        case "started":
            return running(here, name)
        case "stopped":
            return not running(here, name)
        case "restarted":
            return _began_after_the_switch(here, name)
    return None


def _began_after_the_switch(here: Place, name: str) -> bool | None:
    """A process that is older than the link still runs the old release."""
    release, began = release_of(here.site, here.task), born(here, name)
    if release is None or release.installed or began is None:
        return None
    switched = here.run(_switched(release.path))
    return began > int(switched.out) + GRAIN if switched.ok else None


def _switched(path: str) -> Command:
    """When `current` was last set, in seconds since 1970."""
    line = f"stat -c %Z {quote(f'{path}/current')}"
    return Command(verb="release.switched", script=script(line), args={"path": path})


SERVICE = Step(act, look=look, keys=ServiceKeys)

"""What a host installs itself: it says which version it runs, and keeps which release zdd made of it."""

from zdd.errors import Failed
from zdd.model import Outcome, Task
from zdd.steps import Site, Step, installed_commands
from zdd.steps.host_state import runs_now
from zdd.steps.place import place, wanted
from zdd.steps.shell import SAME
from zdd.steps.waiting import Wait

SETTLES = 10.0  # seconds that it may take until the host tells the new version: a container has to begin first


def installing(site: Site, task: Task) -> Outcome:
    """From here on nobody can say which release it is, whatever its version: half of its files may be another's."""
    here = place(site, task)
    result = here.do(installed_commands.forget(here.home))
    return Outcome(status="unchanged" if SAME in result.out.split() else "ok")


def installed(site: Site, task: Task) -> Outcome:
    """The host tells the version that it should run. One that zdd found there is left as unknown as it was."""
    here, release = place(site, task), wanted(site, task)
    wait = Wait(site, task, SETTLES)
    while (said := runs_now(here, release).said) is None or said.version != release.version:
        if wait.over:
            raise Failed(f"`{release.current}` says {said}, and not {release.version}", cause="release")
        wait.on(f"it says {said}, not {release.version}")
    if release.id:
        here.do(installed_commands.keep(here.home, release))
    return Outcome(detail=f"says {release.version}")


def look(site: Site, task: Task) -> bool | None:
    release = wanted(site, task)
    return runs_now(place(site, task), release).runs(release)


INSTALLING = Step(installing)
INSTALLED = Step(installed, look=look)

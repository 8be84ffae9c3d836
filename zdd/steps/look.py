"""The first touch of a host: how it was before the run goes into the journal and, with the mark, onto the host (R8)."""

from collections.abc import Mapping
from typing import Any

from zdd.balancers.traffic import Snapshot
from zdd.errors import Failed
from zdd.model import Outcome, Release, Task
from zdd.steps import Site, Step, mark
from zdd.steps.checks import check_once
from zdd.steps.host_state import HostState, runs_now
from zdd.steps.mark import Mark
from zdd.steps.place import Place, host_of, place, release_of, reverting
from zdd.steps.probing import each_workers
from zdd.steps.services import running
from zdd.steps.waiting import read_traffic


def act(site: Site, task: Task) -> Outcome:
    here = place(site, task)
    state, snapshot = _read(here), read_traffic(site)
    ours = _our_mark(site, state)
    now = _stands(here, state, snapshot)
    if ours is None and not reverting(site) and _done(here, state, snapshot, now):
        return Outcome(status="unchanged", detail=f"runs {state.current} already", data={"found": now, "stood": now})
    found = site.state.found.get(host_of(task)) or (ours.found if ours else _found(now, state))
    first = ours.stood if ours and ours.run == site.run else now
    new = Mark(run=site.run, fleet=site.play.fleet, found=found, stood=first)
    here.do(mark.write(here.home, new, ours.run if ours and ours.run != site.run else ""))
    return Outcome(data={"found": found, "stood": now if reverting(site) else first})


def _read(here: Place) -> HostState:
    return runs_now(here, release_of(here.site, here.task) or _there(here))


def _there(here: Place) -> Release | None:
    """A way back to nothing leads nowhere, but what is there now is somewhere."""
    target = here.site.play.targets[host_of(here.task)]
    return target.release or target.before


def _our_mark(site: Site, state: HostState) -> Mark | None:
    """This run's, or that of a run it supersedes. Another's, of whatever fleet: hands off (R15)."""
    ours: Mark | None = None
    adopted = site.state.plan.supersedes if site.state.plan else ()
    for found in state.marks:
        if found.run not in (site.run, *adopted):
            raise Failed(f"the host bears the mark of run {found.run} ({found.fleet or '?'})", cause="environment")
        if found.fleet in (site.play.fleet, ""):
            ours = found
    return ours


def _stands(here: Place, state: HostState, snapshot: Snapshot) -> dict[str, Any]:
    """How the host is at this moment."""
    host = host_of(here.task)
    admin = snapshot.admin(host)
    out = bool(admin) and all(word != "ready" for word in admin.values())
    return {
        "release": state.current if state.complete else "",
        **({"version": state.said.version} if state.said else {}),
        "balancers": admin,
        "held": out and not state.marks and not state.note,
        "served": snapshot.up(host) if here.site.traffic.of(host) else bool(state.current),
        "services": [] if state.current else _services(here),
        "stopped": [service for service, works in _workers(here) if not works],
    }


def _workers(here: Place) -> list[tuple[str, bool]]:
    """Services that probes quiesce, and whether they run."""
    return each_workers(here.site, here.task, lambda workers: (workers.service, workers.works()))


def _services(here: Place) -> list[str]:
    """On a host that runs no release: which of the play's services run even so. Its way back stops the others."""
    target = here.site.play.targets[host_of(here.task)]
    tasks = target.release.tasks if target.release else ()
    names = dict.fromkeys(str(task.args["name"]) for task in tasks if task.step == "service")
    return [name for name in names if running(here, name)]


def _found(now: Mapping[str, Any], state: HostState) -> dict[str, Any]:
    """Where zdd itself has left a host out, no operator holds it: the run brings it back."""
    balancers = dict.fromkeys(now["balancers"], "ready") if state.note else now["balancers"]
    return {**now, "balancers": balancers}


def _done(here: Place, state: HostState, snapshot: Snapshot, now: Mapping[str, Any]) -> bool:
    """Already this release, healthy, enabled and up, its workers at work: verified, and left alone."""
    host, release = host_of(here.task), release_of(here.site, here.task)
    if release is None or not state.runs(release) or state.note or now["stopped"]:
        return False
    balanced = bool(here.site.traffic.of(host))
    return (now["held"] or not balanced or snapshot.up(host)) and not check_once(
        here.session, here.task.args.get("health") or release.health
    )


LOOK = Step(act)

"""Fully up in every balancer where the host was enabled, and then without a break for a while (R10)."""

from zdd.balancers.traffic import Snapshot
from zdd.errors import Failed
from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.checks import Ill, first_ill
from zdd.steps.health import ill_now
from zdd.steps.place import before, host_of
from zdd.steps.waiting import SLOW, Wait, read_traffic


def up(site: Site, task: Task) -> Outcome:
    wait = Wait(site, task, float(task.args["deadline"]))
    while down := not_up(site, task, read_traffic(site)):
        if wait.over:
            raise fell(site, task, f"not up after {wait.seconds:g} s: {down}")
        wait.on(down)
    return Outcome()


def steady(site: Site, task: Task) -> Outcome:
    wait = Wait(site, task, float(task.args["seconds"]))
    while True:
        if down := not_up(site, task, read_traffic(site)):
            raise fell(site, task, f"was up and fell: {down}")
        if not enabled(site, task) and (found := ill(site, task)):
            raise Failed(f"{task.host} was well and fell: {found}", cause="release", origin=found.origin)
        if wait.over:
            return Outcome()
        wait.on("it stays up", min(SLOW, max(wait.seconds - wait.passed, 0.01)))


def enabled(site: Site, task: Task) -> list[str]:
    """Balancers that must say so. None for a held host, which is checked directly, and where there are no balancers."""
    found = before(site, task).get("balancers", {})
    return [name for name in site.traffic.balancers if found.get(name) == "ready"]


def not_up(site: Site, task: Task, snapshot: Snapshot) -> str:
    """Who does not say so yet, in the balancers' own words; empty if all do."""
    host, said = host_of(task), []
    for name in enabled(site, task):
        mine = [member for member in snapshot.members.get(name, ()) if member.host == host]
        said += [f"{name} does not know it"] if not mine else []
        said += [f"{m.backend} is {m.status or m.admin} on {name}" for m in mine if not m.up]
    return ", ".join(said)


def fell(site: Site, task: Task, how: str) -> Failed:
    """The release is charged only if its own check fails: a hand or a dead balancer is not its fault."""
    if found := ill(site, task):
        return Failed(f"{task.host} {how}; {found}", cause="release", origin=found.origin)
    return Failed(f"{task.host} {how}; its own checks pass", cause="environment")


def ill(site: Site, task: Task) -> Ill | None:
    if "checks" in task.args:
        return first_ill(site.session(host_of(task)), task.args, task.origins)
    return ill_now(site, host_of(task))


UP = Step(up)
STEADY = Step(steady)

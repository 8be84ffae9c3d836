"""Back into the balancers, as the host was found or as it stood before this leg (R6, R8)."""

from collections.abc import Iterator

from zdd.balancers import Balancer
from zdd.errors import Failed, Lost
from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.place import before, host_of


def act(site: Site, task: Task) -> Outcome:
    """Every balancer that can be reached, even where one refuses: the host is out of no more than it must be."""
    with site.section:
        refused = list(_refusals(site, task))
    if refused:
        why = "; ".join(f"{name}: {error}" for name, error in refused)
        _, first = refused[0]
        raise Lost(f"{task.host} could not be put back: {why}", cause="environment", origin=first.origin)
    return Outcome()


def _refusals(site: Site, task: Task) -> Iterator[tuple[str, Failed | Lost]]:
    admin = before(site, task).get("balancers", {})
    for balancer in site.traffic.of(host_of(task)):
        try:
            with site.traffic.asking(balancer):
                _set(balancer, host_of(task), admin.get(balancer.name, ""))
        except (Failed, Lost) as error:
            yield balancer.name, error


def _set(balancer: Balancer, host: str, admin: str) -> None:
    """One that an operator had out stays out; from maint nobody goes back to drain, it would be up on the way."""
    if admin == "ready":
        balancer.enable(host)
    elif admin == "drain":
        balancer.drain(host)


ENABLE = Step(act)

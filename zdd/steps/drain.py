"""Out of the balancers: drained in all of them, shut in all of them."""

from zdd.balancers.traffic import patiently
from zdd.errors import Failed, NotNow
from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.place import host_of
from zdd.steps.waiting import read_traffic


def drain(site: Site, task: Task) -> Outcome:
    """May it leave, and does it leave, in one critical section: between the two another host could go."""
    host = host_of(task)
    with site.section:
        snapshot = patiently(site.clock, site.traffic.everyone)
        if why := site.may_leave(host, snapshot):
            raise NotNow(why)
        for balancer in site.traffic.of(host):
            with site.traffic.asking(balancer):
                balancer.drain(host)
    left = site.serving(snapshot)
    return Outcome(data={"serving": len(left) - (host in left)})


def shut(site: Site, task: Task) -> Outcome:
    host = host_of(task)
    with site.section:
        for balancer in site.traffic.of(host):
            with site.traffic.asking(balancer):
                balancer.shut(host)
        snapshot = read_traffic(site)
    if snapshot.strangers(host) or not snapshot.is_shut(host):
        states = ", ".join(f"{m.backend} {m.status or m.admin}" for m in snapshot.of(host)) or "unknown there"
        raise Failed(f"{host} was shut and is not: {states}", cause="environment")
    return Outcome()


DRAIN = Step(drain)
SHUT = Step(shut)

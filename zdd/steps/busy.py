"""What a host still has in hand, and what happens when it does not become idle in time (R7)."""

from collections.abc import Mapping
from dataclasses import dataclass

from zdd.balancers.traffic import Snapshot
from zdd.errors import Failed, Later
from zdd.model import Outcome, Task
from zdd.steps import Site
from zdd.steps.place import host_of
from zdd.steps.probing import each_probe
from zdd.steps.waiting import read_traffic

SESSION, QUEUED, LEAVING = "session", "queued request", "old balancer process"


@dataclass(frozen=True, slots=True)
class Busy:
    """One reading: what is counted -> how many. None is unknown, and unknown is never idle."""

    counts: Mapping[str, int | None]

    @property
    def idle(self) -> bool:
        return all(number == 0 for number in self.counts.values())

    @property
    def known(self) -> bool:
        return None not in self.counts.values()

    def __str__(self) -> str:
        return ", ".join(_count(word, number) for word, number in self.counts.items() if number != 0) or "nothing"


def _count(word: str, number: int | None) -> str:
    if number is None:
        return f"an unknown number of {word}s"
    return f"{number} {word}" if number == 1 else f"{number} {word}{'es' if word.endswith('s') else 's'}"


def read_busy(site: Site, task: Task) -> Busy:
    """Sessions, queues and probes. A balancer that does not know the host, or lets requests in, counts for nothing."""
    host = host_of(task)
    snapshot = read_traffic(site)
    counts = sessions(snapshot, host, known=snapshot.is_shut(host))
    for unit, number in each_probe(site, task, lambda probe: (probe.unit, probe.busy())):
        so_far = counts.get(unit, 0)
        counts[unit] = None if number is None or so_far is None else so_far + number
    return Busy(counts)


def sessions(snapshot: Snapshot, host: str, *, known: bool = True) -> dict[str, int | None]:
    """What the balancers count."""
    if not known or snapshot.strangers(host):
        return {SESSION: None, QUEUED: None}
    queued = snapshot.queued(host)
    return {SESSION: snapshot.in_flight(host) - queued, QUEUED: queued, LEAVING: snapshot.leaving(host)}


def past_deadline(site: Site, task: Task, busy: Busy) -> Outcome:
    """`force` cuts only what is known to be busy; `later` defers once."""
    drain = site.play.drain
    if drain.on_deadline == "force" and busy.known:
        return Outcome(detail=f"cut {busy} after {drain.deadline:g} s")
    if drain.on_deadline == "later" and task.id not in site.state.deferred:
        raise Later(f"{busy} after {drain.deadline:g} s")
    raise Failed(f"{task.host} still has {busy} after {drain.deadline:g} s", cause="environment")

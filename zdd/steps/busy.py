"""What a host still has in hand, and what happens when it does not become idle in time (R7)."""

from dataclasses import dataclass

from zdd.balancers.traffic import Snapshot
from zdd.errors import Failed, Later
from zdd.model import Outcome, Task
from zdd.steps import Site
from zdd.steps.place import host_of
from zdd.steps.waiting import read_traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """One reading. None is unknown, and unknown is never idle."""

    sessions: int | None = 0
    queued: int | None = 0
    jobs: int | None = 0

    @property
    def idle(self) -> bool:
        return (self.sessions, self.queued, self.jobs) == (0, 0, 0)

    @property
    def known(self) -> bool:
        return None not in (self.sessions, self.queued, self.jobs)

    def __str__(self) -> str:
        counts = (("session", self.sessions), ("queued request", self.queued), ("job", self.jobs))
        return ", ".join(_count(word, number) for word, number in counts if number != 0) or "nothing"


def _count(word: str, number: int | None) -> str:
    if number is None:
        return f"an unknown number of {word}s"
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def read_busy(site: Site, task: Task) -> Busy:
    """Sessions, queues and probes. A balancer that does not know the host, or lets requests in, counts for nothing."""
    host = host_of(task)
    snapshot = read_traffic(site)
    jobs = [probe.busy() for probe in site.probes(host)]
    known = not snapshot.strangers(host) and snapshot.is_shut(host)
    return Busy(
        sessions=_sessions(snapshot, host) if known else None,
        queued=snapshot.queued(host) if known else None,
        jobs=sum(number for number in jobs if number is not None) if None not in jobs else None,
    )


def _sessions(snapshot: Snapshot, host: str) -> int:
    return snapshot.in_flight(host) - snapshot.queued(host)


def past_deadline(site: Site, task: Task, busy: Busy) -> Outcome:
    """`force` cuts only what is known to be busy; `later` defers once."""
    drain = site.play.drain
    if drain.on_deadline == "force" and busy.known:
        return Outcome(detail=f"cut {busy} after {drain.deadline:g} s")
    if drain.on_deadline == "later" and task.id not in site.state.deferred:
        raise Later(f"{busy} after {drain.deadline:g} s")
    raise Failed(f"{task.host} still has {busy} after {drain.deadline:g} s", cause="environment")

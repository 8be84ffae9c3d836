"""A drained host: nothing queues for it any more, and clients that stick to it have had their time."""

from zdd.balancers.traffic import Snapshot
from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.busy import QUEUED, Busy, past_deadline, sessions
from zdd.steps.place import host_of
from zdd.steps.waiting import Wait, read_traffic


def act(site: Site, task: Task) -> Outcome:
    drain = site.play.drain
    wait = Wait(site, task, drain.deadline, yields=True)
    while True:
        snapshot = read_traffic(site)
        if not (left := _left(snapshot, host_of(task), still=drain.sticky - wait.passed)):
            return Outcome()
        if wait.over:
            return past_deadline(site, task, _busy(snapshot, host_of(task)))
        wait.on(left)


def _left(snapshot: Snapshot, host: str, still: float) -> str:
    """What is waited for; empty if nothing is."""
    busy = _busy(snapshot, host)
    if busy.counts[QUEUED] != 0:
        return str(Busy({QUEUED: busy.counts[QUEUED]}))
    sticks = any(member.persistent for member in snapshot.of(host))
    return f"clients that stick to it ({busy})" if sticks and not busy.idle and still > 0 else ""


def _busy(snapshot: Snapshot, host: str) -> Busy:
    return Busy(sessions(snapshot, host))


EMPTY = Step(act)

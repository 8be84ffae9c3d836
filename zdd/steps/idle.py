"""Nothing on the host is busy: three zero readings in a row, after the last balancer's shut was read back."""

from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.busy import past_deadline, read_busy
from zdd.steps.place import host_of
from zdd.steps.probing import each_workers
from zdd.steps.waiting import Wait

READINGS = 3
SPACING = 0.1
LINGERS = 1.0  # seconds: no living worker takes so long between taking and beginning


def act(site: Site, task: Task) -> Outcome:
    spacing = max([SPACING, *(probe.spacing for probe in site.probes(host_of(task)))])
    wait = Wait(site, task, site.play.drain.deadline, yields=True)
    zeros = 0
    while True:
        busy = read_busy(site, task)
        zeros = zeros + 1 if busy.idle else 0
        if zeros == READINGS:
            return dropped(site, task)
        if wait.over and not zeros:
            outcome = past_deadline(site, task, busy)
            each_workers(site, task, lambda workers: workers.cut())
            return outcome
        wait.on(str(busy), spacing if zeros else 0.0)


def dropped(site: Site, task: Task) -> Outcome:
    """Work that was taken and will never be done is named, each piece once in a run. It is no reason to stop: it was
    dropped by a worker that was told to end, and only its owner knows whether it may be queued again."""
    taken = _taken(site, task) - site.state.dropped.keys()
    if taken:
        site.clock.sleep(LINGERS)
        taken &= _taken(site, task)
    if not taken:
        return Outcome()
    return Outcome(detail=f"taken and never begun: {', '.join(sorted(taken))}", data={"dropped": sorted(taken)})


def _taken(site: Site, task: Task) -> set[str]:
    return {id for ids in each_workers(site, task, lambda workers: workers.taken()) for id in ids}


IDLE = Step(act)

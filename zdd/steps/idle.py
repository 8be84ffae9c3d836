"""Nothing on the host is busy: three zero readings in a row, after the last balancer's shut was read back."""

from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.busy import past_deadline, read_busy
from zdd.steps.place import host_of
from zdd.steps.waiting import Wait

READINGS = 3
SPACING = 0.1


def act(site: Site, task: Task) -> Outcome:
    spacing = max([SPACING, *(probe.spacing for probe in site.probes(host_of(task)))])
    wait = Wait(site, task, site.play.drain.deadline, yields=True)
    zeros = 0
    while True:
        busy = read_busy(site, task)
        zeros = zeros + 1 if busy.idle else 0
        if zeros == READINGS:
            return Outcome()
        if wait.over and not zeros:
            return past_deadline(site, task, busy)
        wait.on(str(busy), spacing if zeros else 0.0)


IDLE = Step(act)

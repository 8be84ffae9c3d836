"""What works on a host begins nothing new, and later begins again."""

from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.place import host_of


def quiesce(site: Site, task: Task) -> Outcome:
    for probe in site.probes(host_of(task)):
        probe.quiesce()
    return Outcome()


def resume(site: Site, task: Task) -> Outcome:
    for probe in site.probes(host_of(task)):
        probe.resume()
    return Outcome()


QUIESCE = Step(quiesce)
RESUME = Step(resume)

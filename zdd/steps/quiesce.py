"""What works on a host begins nothing new, and later begins again."""

from zdd.model import Outcome, Task
from zdd.probes import Workers
from zdd.steps import Site, Step
from zdd.steps.place import before, host_of


def quiesce(site: Site, task: Task) -> Outcome:
    for probe in site.probes(host_of(task)):
        probe.quiesce()
    return Outcome()


def resume(site: Site, task: Task) -> Outcome:
    """On the way back a service that was found stopped stays so."""
    stopped = before(site, task).get("stopped", ()) if "as" in task.args else ()
    for probe in site.probes(host_of(task)):
        if not (isinstance(probe, Workers) and probe.service in stopped):
            probe.resume()
    return Outcome()


QUIESCE = Step(quiesce)
RESUME = Step(resume)

"""What works on a host begins nothing new, and later begins again."""

from zdd.model import Outcome, Task
from zdd.probes import Probe, Workers
from zdd.steps import Site, Step
from zdd.steps.place import before
from zdd.steps.probing import each_probe


def quiesce(site: Site, task: Task) -> Outcome:
    each_probe(site, task, lambda probe: probe.quiesce())
    return Outcome()


def resume(site: Site, task: Task) -> Outcome:
    """On the way back a service that was found stopped stays so."""
    stopped = before(site, task).get("stopped", ()) if "as" in task.args else ()

    def begin_again(probe: Probe) -> None:
        if not (isinstance(probe, Workers) and probe.service in stopped):
            probe.resume()

    each_probe(site, task, begin_again)
    return Outcome()


QUIESCE = Step(quiesce)
RESUME = Step(resume)

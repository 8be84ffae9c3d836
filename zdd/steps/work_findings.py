"""What works on a host: what keeps its probes from telling idleness, and what would kill work that is in hand.

A service that a probe quiesces is busy until it ends by itself: killed before the drain's deadline, its work is lost.
Others are stopped when the host is idle, and what would kill theirs is worth a warning.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from zdd.config.recipe import HostRecipe
from zdd.config.seconds import shown
from zdd.errors import Failed, Finding, Lost, written_at
from zdd.probes import Checked, Probe, Workers
from zdd.steps.services import HostService
from zdd.steps.services.stopping import Stopping
from zdd.transport import Session

LIMITS = {"systemd": "TimeoutStopSec", "supervisor": "stopwaitsecs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One host's. `managed`: its service manager answers; that it does not is a finding of its own."""

    host: str
    recipe: HostRecipe
    probes: Sequence[Probe]
    session: Callable[[], Session]
    deadline: float
    managed: bool = True

    def findings(self) -> list[Finding]:
        try:
            return [*self._of_probes(), *self._of_services()]
        except (Lost, Failed) as error:
            what = f"does not tell what it has in hand, or how that is stopped: {error}"
            return [Finding(self.host, what, origin=error.origin)]

    def _of_probes(self) -> Iterator[Finding]:
        for origin, probe in self._written():
            if isinstance(probe, Checked):
                with written_at(origin):
                    yield from (replace(finding, origin=origin) for finding in probe.check())

    def _written(self) -> Iterator[tuple[str, Probe]]:
        """Each probe with its line of the playbook."""
        return ((spec.origin, probe) for spec, probe in zip(self.recipe.probes, self.probes, strict=True))

    def _of_services(self) -> Iterator[Finding]:
        quiesced = {probe.service: origin for origin, probe in self._written() if isinstance(probe, Workers)}
        deployed = {task.args["name"] for task in self.recipe.deploy if task.step == "service" and not task.on}
        for name in sorted(quiesced.keys() | deployed) if self.managed else ():
            stopping = HostService(name, self.recipe.endpoint, self.session).stopping()
            if name in quiesced:
                yield from self._of_quiesced(name, stopping, quiesced[name])
            for what, remedy in self._killers(name, stopping):
                yield Finding(self.host, what, remedy, warning=name not in quiesced)

    def _of_quiesced(self, name: str, stopping: Stopping, origin: str) -> Iterator[Finding]:
        if not stopping.there:
            what = f"has no service {name}, which a probe quiesces"
            yield Finding(self.host, what, "correct the probe's `service`", origin=origin)

    def _killers(self, name: str, stopping: Stopping) -> Iterator[tuple[str, str]]:
        """What, and what helps."""
        deadline = shown(self.deadline)
        if stopping.limit is not None and stopping.limit < self.deadline:
            key = LIMITS.get(self.recipe.endpoint.service_manager, "stop limit")
            what = f"{name} is killed {shown(stopping.limit)} after it is told to stop, and a drain may take {deadline}"
            yield what, f"raise its {key} to {deadline}, or lower `drain.deadline`"
        if stopping.group:
            what = f"{name} has KillMode=control-group: its workers are told to stop too, in the midst of their work"
            yield what, "write KillMode=mixed in its unit"

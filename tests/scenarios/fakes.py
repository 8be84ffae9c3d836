"""One process's view of the universe: balancers, probes, and the steps that would speak to a host."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.scenarios.simulation import Clock, Crew, Process, Wrong
from tests.scenarios.universe import Host, Universe
from zdd.balancers import Member
from zdd.balancers.traffic import Traffic
from zdd.errors import Failed, Lost
from zdd.model import Outcome, Play, Task
from zdd.probes import Probe
from zdd.steps import Site, Step
from zdd.steps.checks import Ill, first_ill
from zdd.steps.place import release_of
from zdd.steps.table import STEPS
from zdd.steps.unmark import at_home
from zdd.transport import Channel, Command, Result, Session

HEALTH = {"checks": [{"run": {"command": "is it well"}}], "passes": 1, "interval": 0.5, "deadline": 20.0, "steady": 1.0}
LAST_WORDS = "printf: write error: no space left on device"  # what the host itself said


class FakeBalancer:
    """Implements `zdd.balancers.Balancer`."""

    def __init__(self, universe: Universe, name: str, epoch: Callable[[], int]) -> None:
        self._universe, self._name, self._epoch = universe, name, epoch

    @property
    def name(self) -> str:
        return self._name

    def members(self) -> tuple[Member, ...]:
        return tuple(self._universe.members(self._name))

    def drain(self, host: str) -> None:
        if self._universe.admin(self._name, host) == "ready":
            self._universe.set(self._name, host, "drain", self._epoch())

    def shut(self, host: str) -> None:
        self._universe.set(self._name, host, "maint", self._epoch())

    def enable(self, host: str) -> None:
        if self._universe.admin(self._name, host) != "ready":
            self._universe.set(self._name, host, "ready", self._epoch())


class FakeProbe:
    """Implements `zdd.probes.Probe`: jobs that go on for a while, and no new ones once it is quiesced."""

    spacing = 0.1
    unit = "job"

    def __init__(self, universe: Universe, host: str, epoch: int) -> None:
        self._universe, self._host, self._epoch = universe, host, epoch

    def quiesce(self) -> None:
        self._universe.change(self._host, self._epoch, lambda host: setattr(host, "quiesced", True))

    def busy(self) -> int | None:
        self._universe.simulation.point()
        return self._universe.hosts[self._host].jobs

    def resume(self) -> None:
        self._universe.change(self._host, self._epoch, lambda host: setattr(host, "quiesced", False))


class FakeSession:
    """Implements `zdd.transport.Session`, for health checks alone: all other steps that speak to a host are faked."""

    def __init__(self, universe: Universe, name: str) -> None:
        self._universe, self.name = universe, name

    def run(self, command: Command) -> Result:
        self._universe.simulation.point()
        if command.verb != "check":
            raise AssertionError(f"a step that is not faked runs {command.verb} on {self.name}")
        if self.name in self._universe.unreachable:
            raise Lost(f"{self.name} is not reached")
        return Result(exit=0 if self._universe.healthy(self.name) else 1, err="answers 500")

    def upload(self, source: object, target: str, *, sha256: str, mode: str = "0600", become: str = "") -> None:
        raise AssertionError("no step of the scenarios needs a file")

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        raise AssertionError("no step of the scenarios dials")


class FakeWorld:
    """Implements `zdd.engine.world.World` for one process."""

    def __init__(self, universe: Universe, process: Process, epoch: int) -> None:
        self.universe, self.epoch = universe, epoch
        self._clock, self._crew = Clock(universe.simulation), Crew(universe.simulation, process)
        self._steps = {name: breakable(universe, step) for name, step in {**STEPS, **fake_steps(self)}.items()}

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def crew(self) -> Crew:
        return self._crew

    @property
    def steps(self) -> Mapping[str, Step]:
        return self._steps

    def session(self, play: Play, name: str) -> Session:
        return FakeSession(self.universe, name)

    def traffic(self, play: Play) -> Traffic:
        serves = {spec.name: frozenset(spec.serves) for spec in play.balancers}
        balancers = [FakeBalancer(self.universe, name, lambda: self.epoch) for name in serves]
        return Traffic(balancers, serves, None if balancers else self._healthy)

    def _healthy(self) -> frozenset[str]:
        return frozenset(host for host in self.universe.hosts if self.universe.healthy(host))

    def probes(self, play: Play, host: str) -> tuple[Probe, ...]:
        return tuple(FakeProbe(self.universe, host, self.epoch) for _ in play.probes.get(host, ()))

    def content(self, digest: str) -> Path:
        raise AssertionError("no step of the scenarios needs a file")

    def reveal(self, text: str) -> str:
        return text

    def ill(self, site: Site, host: str) -> Ill | None:
        return first_ill(site.session(host), HEALTH, ["shop.yml:30:5"])


def breakable(universe: Universe, step: Step) -> Step:
    """Faults come from outside of the step: it fails, or its connection dies before or after the act."""

    def act(site: Site, task: Task) -> Outcome:
        if universe.breaks(task):
            raise Failed(f"{task} on {task.host} is broken", output=LAST_WORDS)
        if task.host in universe.unreachable and task.step not in ("drain", "shut", "enable", "up"):
            raise Lost(f"{task.host} is not reached")
        lost = universe.loses(task)
        if lost == "before":
            raise Lost("gone before it began", output=LAST_WORDS)
        outcome = step.act(site, task)
        if lost == "after":
            raise Lost("gone before the answer", output=LAST_WORDS)
        return outcome

    def look(site: Site, task: Task) -> bool | None:
        universe.simulation.point()
        if task.host in universe.unreachable or not step.look:
            return None
        return step.look(site, task)

    return Step(act=act, look=look if step.look else None, keys=step.keys)


def fake_steps(world: FakeWorld) -> dict[str, Step]:
    """Those that would speak to a host. What only needs balancers and probes is the real thing."""
    universe = world.universe

    def change(task: Task, act: Callable[[Host], None], *, disruptive: bool = False) -> None:
        universe.change(task.host or task.on, world.epoch, act, disruptive=disruptive and bool(task.host))

    def host(task: Task) -> Host:
        return universe.hosts[task.host or task.on]

    def release(site: Site, task: Task) -> str:
        target = site.play.targets[task.host or ""]
        kind = task.args.get("release")
        return "new" if kind == "new" else target.runs if kind == "before" else ""

    def look(site: Site, task: Task) -> Outcome:
        """As the real one, with a dictionary for a mark."""
        universe.simulation.point()
        it, plan = host(task), site.state.plan
        assert plan and task.host
        snapshot = site.traffic.read()
        admin = snapshot.admin(task.host)
        now = {"release": it.current, "balancers": admin, "served": snapshot.up(task.host), "held": False}
        if it.mark and it.mark["run"] not in (plan.run, *plan.supersedes):
            raise Failed(f"{task.host} bears the mark of {it.mark['run']}", "environment", LAST_WORDS)
        held = bool(admin) and all(a != "ready" for a in admin.values()) and not it.mark and not it.note
        wanted = release(site, task)
        runs = it.current == it.running == wanted and it.known in (None, wanted)
        runs = runs and universe.healthy(task.host) and not it.mark and not it.note
        if not site.state.reverting and wanted and runs and (held or snapshot.up(task.host)):
            return Outcome(status="unchanged", data={"found": {**now, "held": held}, "stood": now})
        before = {**now, "held": held, "balancers": dict.fromkeys(admin, "ready") if it.note else admin}
        found = site.state.found.get(task.host) or (it.mark or {}).get("found") or before
        first = it.mark["stood"] if it.mark and it.mark["run"] == plan.run else now
        change(task, lambda h: setattr(h, "mark", {"run": plan.run, "found": found, "stood": first}))
        return Outcome(data={"found": found, "stood": now if site.state.reverting else first})

    def unmark(site: Site, task: Task) -> Outcome:
        if task.part == "out" and not at_home(site, task):
            return Outcome(status="unchanged", data={"stays": True})
        if (host(task).mark or {"run": site.run})["run"] != site.run:
            raise Failed("the mark is another run's", cause="environment")

        def off(h: Host) -> None:
            h.mark, h.note = None, h.note if task.part == "out" else ""

        change(task, off)
        return Outcome()

    def note(site: Site, task: Task) -> Outcome:
        change(task, lambda h: setattr(h, "note", f"out by {site.run}"))
        return Outcome()

    def stage(site: Site, task: Task) -> Outcome:
        change(task, lambda h: h.disk.add("new"))
        return Outcome()

    def activate(site: Site, task: Task) -> Outcome:
        wanted = release(site, task)
        if wanted not in host(task).disk:
            raise Wrong(f"{wanted} is not on the disk of {task.host}")
        change(task, lambda h: setattr(h, "current", wanted), disruptive=True)
        return Outcome()

    def service(site: Site, task: Task) -> Outcome:
        change(task, lambda h: setattr(h, "running", ""), disruptive=True)
        site.clock.sleep(1.0)
        change(task, lambda h: setattr(h, "running", h.current))
        return Outcome()

    def reboot(site: Site, task: Task) -> Outcome:
        """It is gone for a while, and comes back with whatever it starts at boot."""
        change(task, lambda h: setattr(h, "running", ""), disruptive=True)
        site.clock.sleep(20.0)
        change(task, lambda h: setattr(h, "running", h.current))
        change(task, lambda h: h.ran.update([(site.run, "reboot")]))
        return Outcome()

    def run(site: Site, task: Task) -> Outcome:
        key = (site.run, task.id, site.state.leg)
        if key in host(task).ran and task.safe:
            return Outcome(status="unchanged")
        if task.args.get("installs"):
            version = site.play.targets[task.host or ""].runs if site.state.reverting else "new"
            change(task, lambda h: setattr(h, "current", version), disruptive=True)
        change(task, lambda h: h.ran.update([key]), disruptive=True)
        return Outcome()

    def installing(site: Site, task: Task) -> Outcome:
        change(task, lambda h: setattr(h, "known", ""), disruptive=True)
        return Outcome()

    def installed(site: Site, task: Task) -> Outcome:
        wanted, says = release(site, task), host(task).current
        if says != wanted:
            raise Failed(f"it says {says}, and not {wanted}", cause="release")
        made = release_of(site, task)
        change(task, lambda h: setattr(h, "known", wanted if made and made.id else ""), disruptive=True)
        return Outcome()

    def ran(site: Site, task: Task) -> bool | None:
        return (site.run, task.id, site.state.leg) in host(task).ran if task.args.get("seen") else None

    def deactivate(site: Site, task: Task) -> Outcome:
        def off(h: Host) -> None:
            h.current = h.running = ""

        change(task, off, disruptive=True)
        return Outcome()

    def health(site: Site, task: Task) -> Outcome:
        site.clock.sleep(1.0)
        if task.host in universe.unreachable:
            raise Lost(f"{task.host} is not reached")
        if not universe.healthy(task.host or ""):
            raise Failed(f"{task.host} answers 500", origin="".join(task.origins))
        return Outcome()

    def nothing(site: Site, task: Task) -> Outcome:
        universe.simulation.point()
        return Outcome()

    return {
        "look": Step(act=look),
        "unmark": Step(act=unmark),
        "note": Step(act=note),
        "stage": Step(act=stage),
        "activate": Step(act=activate, look=lambda site, task: host(task).current == release(site, task)),
        "service": Step(act=service, look=lambda site, task: host(task).running == host(task).current),
        "run": Step(act=run, look=ran),
        "installing": Step(act=installing),
        "installed": Step(act=installed, look=lambda site, task: host(task).known == release(site, task)),
        "reboot": Step(act=reboot),
        "restore": Step(act=nothing),
        "deactivate": Step(act=deactivate),
        "health": Step(act=health),
        "prune": Step(act=nothing),
        "echo": Step(act=nothing),
    }

"""A fleet and its plan, how one process runs it, and what must hold when it has ended."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.scenarios.fakes import FakeWorld
from tests.scenarios.simulation import Process, Wrong
from tests.scenarios.universe import Universe
from zdd.engine.engine import Engine
from zdd.journal.state import State, fold
from zdd.model import DONE, Plan, Target
from zdd.plan.in_hours import InHours


@dataclass(eq=False)
class Case:
    """One fleet, one plan, any number of processes one after the other."""

    universe: Universe
    plan: Plan
    out_before: frozenset[str] = field(init=False)
    ran_before: dict[str, str] = field(init=False)
    engine: Engine | None = None

    def __post_init__(self) -> None:
        self.out_before = self.universe.out()
        self.ran_before = {name: host.running for name, host in self.universe.hosts.items()}

    # -- running

    def start(self, *, crash_at: int | None = None, seed: int = 0) -> tuple[Process, dict[str, int]]:
        process, box = Process(crash_at=crash_at), dict[str, int]()

        def main() -> None:
            epoch = self.universe.store.take()
            world = FakeWorld(self.universe, process, epoch)
            hours = InHours(world.clock.wall, lambda: self.universe.store.events)
            self.engine = Engine(world, self.universe.store, epoch, may_begin=hours)
            box["code"] = self.engine.go(self.plan)
            process.dead = True  # the process ends, and its threads with it

        self.universe.simulation.random.seed(seed)
        self.universe.simulation.spawn(process, main)
        return process, box

    def finish(self, process: Process) -> None:
        simulation = self.universe.simulation
        simulation.run(lambda: process.dead or not any(t.process is process for t in simulation.threads))
        process.dead = True
        simulation.run(lambda: not any(thread.process is process for thread in simulation.threads))

    def go(self, **about: Any) -> int | None:
        """Run one process to its end; None when it was killed."""
        process, box = self.start(**about)
        self.finish(process)
        return box.get("code")

    def points(self) -> int:
        """How many places there are at which a process could be killed."""
        process, _ = self.start()
        self.finish(process)
        return process.points

    # -- looking

    @property
    def state(self) -> State:
        return fold(self.universe.store.events)

    @property
    def hosts(self) -> list[str]:
        return [host for play in self.plan.plays for host in play.targets]

    def steps(self, host: str | None = None) -> list[str]:
        """Every task begun, in order: "web1 drain"."""
        ids = [e.task for e in self.universe.store.events if e.kind == "task.started"]
        return [id.partition("/")[2].replace("/", " ", 1) for id in ids if host is None or f"/{host}/" in id]

    # -- what must hold

    def check(self, code: int | None, *want: int) -> None:
        """The exit code is one of these, and the world is as it says."""
        if code not in want:
            raise Wrong(f"exit {code}, expected {want}: {self.why()}")
        self.acts_once()
        state = self.state
        if code in (0, 21, 23):
            back = state.reverting and state.plan is not None and state.plan.scope == "all"
            (self.is_back if back else self.is_done)(state)

    def stands(self, code: int | None) -> None:
        """However a process ended, of its own accord or not: the world is as the code says, and whoever is not at home
        is known to the journal."""
        if code in (0, 21, 23):
            self.check(code, code)
        state = self.state
        if code == 4 and (state.touched or any(host.mark for host in self.universe.hosts.values())):
            raise Wrong("exit 4, and something was touched")
        known = {*state.marked, *state.skipped}
        if lost := {name for name, host in self.universe.hosts.items() if host.mark or name in self.astray} - known:
            raise Wrong(f"nobody knows of {sorted(lost)}")
        self.acts_once()
        self.reverts_in_order()

    @property
    def astray(self) -> frozenset[str]:
        return self.universe.out() ^ self.out_before

    def why(self) -> str:
        ends = [e for e in self.universe.store.events if e.detail]
        return "; ".join(f"{e.task} {e.status}: {e.detail}" for e in ends[-6:])

    def acts_once(self) -> None:
        """An act that ended well is not begun again on the way forward, unless its host was reverted in between."""
        done: set[str] = set()
        forward = True
        index = {task.id: task for play in self.plan.plays for task in play.tasks()}
        for event in self.universe.store.events:
            if event.kind == "leg.started" and event.plan:
                forward = event.plan.direction == "forward"
                back = {pipeline.host for pipeline in event.plan.pipelines()} if not forward else set()
                done = {id for id in done if index[id].host not in back}
            elif forward and event.task in index and index[event.task].part in ("change", "stage"):
                if event.kind == "task.started" and event.task in done:
                    raise Wrong(f"{event.task} is done again")
                if event.kind == "task.ended" and event.status in DONE:
                    done.add(event.task)
        if twice := [(name, key) for name, it in self.universe.hosts.items() for key, n in it.ran.items() if n > 1]:
            raise Wrong(f"run twice: {twice}")

    def at_home(self, but: set[str]) -> None:
        if astray := self.astray - but:
            raise Wrong(f"astray: {sorted(astray)}")
        if marked := {name for name, it in self.universe.hosts.items() if it.mark} - but:
            raise Wrong(f"still marked: {sorted(marked)}")

    def is_done(self, state: State) -> None:
        unknown = {*state.skipped, *state.hosts("unknown"), *state.zero}
        self.at_home(unknown | set(state.left))
        for name in self.hosts:
            it, want = self.universe.hosts[name], self.target(name).runs if name in state.left else "new"
            if name not in unknown and not it.running == it.current == want:
                raise Wrong(f"{name} is {it}")

    def target(self, name: str) -> Target:
        return next(play.targets[name] for play in self.plan.plays if name in play.targets)

    def reverts_in_order(self) -> None:
        """R14: drains are undone first, then broken hosts, then last touched first, and last who cannot go back."""
        state = State()
        for event in self.universe.store.events:
            if event.plan and event.plan.direction == "revert" and event.plan.scope == "all":
                self._in_order(event.plan, state)
            state.apply(event)

    def _in_order(self, back: Plan, before: State) -> None:
        broken = {*before.broken, *before.fallen}
        for play in back.plays:
            hosts = [p.host for batch in play.batches if batch.name == "revert" for p in batch.pipelines]
            lasts = [host for host in reversed(before.touched) if host in play.targets]
            ranks = {h: 0 if h not in before.changed else 1 if h in broken else 2 for h in lasts if h in play.ways_back}
            if hosts != sorted(lasts, key=lambda host: ranks.get(host, 3)):
                raise Wrong(f"they go back as {hosts}, touched as {list(before.touched)}, broken {broken}")

    def is_back(self, state: State) -> None:
        if astray := {*state.touched} - {*state.skipped}:
            raise Wrong(f"the revert is over, and still to be reverted are {sorted(astray)}")
        self.at_home(set(state.skipped))
        for name in self.hosts:
            it, target = self.universe.hosts[name], self.target(name)
            home = it.current == target.runs and it.running in (target.runs, self.ran_before[name])
            if name not in state.skipped and not home:
                raise Wrong(f"{name} is {it}")


Make = Callable[[], Case]

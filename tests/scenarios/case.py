"""A fleet and a plan, how one process runs it, and what must hold when it has ended."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.scenarios.fakes import HEALTH, FakeWorld
from tests.scenarios.simulation import Process, Wrong
from tests.scenarios.universe import Host, Universe
from zdd.config.recipe import Build, HostRecipe, PlayRecipe, Recipe, Written
from zdd.engine.engine import Engine
from zdd.journal.state import State, fold
from zdd.model import DONE, BalancerSpec, Drain, Endpoint, Plan, ProbeSpec, Release, Target
from zdd.plan.in_hours import InHours
from zdd.plan.make import Emergency, make_plan
from zdd.plan.seen import Seen
from zdd.plan.ways import Way, frozen

DEPLOY = (
    Written(step="activate"),
    Written(step="run", name="warm up", safe=False, args={"seen": True}),
    Written(step="service", args={"name": "shop", "state": "restarted"}),
)
BLIND = (DEPLOY[0], Written(step="run", name="warm up", safe=False), DEPLOY[2])


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


# ---- fleets and plans


def fleet(count: int = 6, *, racks: int = 0, **about: Any) -> Universe:
    hosts = [Host(f"web{n}", rack=f"r{n % racks}" if racks else "") for n in range(1, count + 1)]
    return Universe(hosts, **about)


def recipe_of(
    universe: Universe,
    *,
    name: str = "shop",
    hosts: tuple[str, ...] = (),
    limited: tuple[str, ...] = (),
    deploy: tuple[Written, ...] = DEPLOY,
    probes: bool = False,
    maintenance: bool = False,
    installed: bool = False,
    before: tuple[Written, ...] = (),
    after: tuple[Written, ...] = (),
    prepare: tuple[Written, ...] = (),
    drain: Drain | None = None,
    **about: Any,
) -> PlayRecipe:
    names = hosts or tuple(universe.hosts)

    def host_recipe(host: str) -> HostRecipe:
        build = Build(version="2", id="b" * 64, path="/srv/shop", artifact=Path("shop.tar.gz"))
        if installed:
            build = Build(version="2", id="b" * 64, current="which version", available="is it offered")
        return HostRecipe(
            endpoint=Endpoint(name=host, address=host),
            build=None if maintenance else build,
            deploy=tuple(w for w in deploy if w.step != "activate") if maintenance else deploy,
            prepare=prepare,
            health=HEALTH,
            probes=(ProbeSpec(kind="fake"),) if probes else (),
            apart=universe.hosts[host].rack,
            batch_by=universe.hosts[host].rack,
        )

    return PlayRecipe(
        name=name,
        fleet=f"{name}@test",
        origin="shop.yml:1:1",
        hosts={host: host_recipe(host) for host in names},
        limited=limited or names,
        balancers=tuple(BalancerSpec(name=lb, kind="fake", on=lb, serves=names) for lb in universe.places),
        machines={lb: Endpoint(name=lb, address=lb) for lb in universe.places},
        before=before,
        after=after,
        drain=drain or Drain(deadline=10.0),
        **{"stall": 120.0, **about},
    )


def seen_of(universe: Universe, recipe: PlayRecipe) -> dict[str, Seen]:
    def seen(host: str) -> Seen:
        it, admin = universe.hosts[host], {lb: places[host].admin for lb, places in universe.places.items()}
        held = bool(admin) and all(a != "ready" for a in admin.values()) and not it.mark and not it.note
        up = host in universe.serving()
        nowhere = not any(universe.takes(lb, host) for lb in universe.places) if universe.places else not up
        record = old_release(host, recipe, "a" * 64 if it.known else "") if it.current in ("old", "new") else None
        return Seen(
            host=host,
            runs=it.current,
            found=it.current,
            record=record,
            serving=up,
            nowhere=nowhere,
            held=held,
            admin=admin,
            marks=(it.mark["run"],) if it.mark else (),
        )

    return {host: seen(host) for host in recipe.hosts}


def old_release(host: str, recipe: PlayRecipe, id: str = "") -> Release:
    """`id`: of one that the host installs itself; empty where zdd did not install it."""
    of = recipe.hosts[host]
    made = Release(version="1", id="a" * 64, path="/srv/shop", tasks=frozen(Way(recipe.fleet, host), of), health=HEALTH)
    return replace(made, path="", current="which version", id=id) if of.build and of.build.current else made


def case(universe: Universe, *, emergency: Emergency | None = None, run: str = "run-1", **about: Any) -> Case:
    """One play on all hosts of the universe. The universe guards the floor that the plan came to."""
    play = recipe_of(universe, **about)
    recipe = Recipe(playbook="shop.yml", inventories=(), plays=(play,))
    plan = make_plan(recipe, {play.fleet: seen_of(universe, play)}, run=run, emergency=emergency)
    universe.floor = min(plan.plays[0].floor, len(universe.serving()))
    universe.apart = bool(plan.plays[0].apart)
    universe.probed = bool(plan.plays[0].probes and any(plan.plays[0].probes.values()))
    universe.forced = play.drain.on_deadline == "force"
    return Case(universe, plan)


def of_play(it: Case, **about: Any) -> Case:
    """The same with its play changed: budgets of batches are a strategy's, which rolling has not."""
    it.plan = replace(it.plan, plays=(replace(it.plan.plays[0], **about), *it.plan.plays[1:]))
    return it


def two_plays(universe: Universe, first: tuple[str, ...], second: tuple[str, ...], **about: Any) -> Case:
    """One run of two plays, one fleet each."""
    plays = (recipe_of(universe, hosts=first, **about), recipe_of(universe, name="api", hosts=second, **about))
    recipe = Recipe(playbook="shop.yml", inventories=(), plays=plays)
    plan = make_plan(recipe, {play.fleet: seen_of(universe, play) for play in plays}, run="run-1")
    universe.floor = len(universe.hosts) - max(len(first), len(second))
    return Case(universe, plan)

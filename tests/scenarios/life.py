"""A run's life: processes one after the other, each with something that happens to it, and what holds after each."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from tests.scenarios.case import Case
from tests.scenarios.fleets import case, fleet, two_plays
from tests.scenarios.simulation import Process, Wrong
from tests.scenarios.universe import Host, Universe
from zdd.config.recipe import Written
from zdd.model import OnDeadline, OnFailure, Task

ECHO = (Written(step="echo"),)


def racks(**about: Any) -> Case:
    return case(fleet(6, racks=3, held=("web6",)), batches=(1, 3), width=2, min_serving=3, apart=True, **about)


def workers(**about: Any) -> Case:
    return case(fleet(3), batches=(1,), before=ECHO, after=ECHO, prepare=ECHO, probes=True, **about)


def by_rack(**about: Any) -> Case:
    return case(fleet(4, racks=2), by=True, width=2, min_serving=2, pause=5.0, **about)


def plays(**about: Any) -> Case:
    return two_plays(fleet(5), ("web1", "web2"), ("web3", "web4", "web5"), batches=(1,), **about)


def half_down(**about: Any) -> Case:
    universe = fleet(5)
    universe.hosts["web4"].running = universe.hosts["web5"].running = ""
    return case(universe, batches=(1,), width=2, min_serving=2, **about)


def one_new(**about: Any) -> Case:
    universe = Universe([Host("web1"), Host("web2"), Host("web3", disk=set(), current="", running="")])
    return case(universe, batches=(1,), min_serving=1, **about)


def wide(**about: Any) -> Case:
    return case(fleet(6), batches=("100%",), width=3, min_serving=2, **about)


KINDS: dict[str, Callable[..., Case]] = {
    kind.__name__: kind for kind in (racks, workers, by_rack, plays, half_down, one_new, wide)
}
HAPPENINGS = ("nothing", "crash", "ctrl-c", "stop now", "reload", "journal full", "frozen", "second operator")
ASKED = ("pause", "abort", "revert")
FAULTS = ("breaks", "fails both ways", "is lost", "refuses", "sick", "gone", "dead", "stuck", "unknown", "silent")


class Life:
    """One run in a world where things go wrong. What it was through is in `story`."""

    def __init__(self, kind: str, *, on_failure: OnFailure, budget: int, on_deadline: OnDeadline) -> None:
        self.case = KINDS[kind]()
        self.story: list[Any] = [kind, on_failure, budget, on_deadline]
        for number, play in enumerate(self.case.plan.plays):
            drain = replace(play.drain, on_deadline=on_deadline)
            changed = replace(play, on_failure=on_failure, failure_budget=budget, drain=drain)
            before, after = self.case.plan.plays[:number], self.case.plan.plays[number + 1 :]
            self.case.plan = replace(self.case.plan, plays=(*before, changed, *after))
        self.universe.forced = on_deadline == "force"

    @property
    def universe(self) -> Universe:
        return self.case.universe

    @property
    def tasks(self) -> list[Task]:
        return [task for pipeline in self.case.plan.pipelines() for task in pipeline.tasks]

    # -- what is wrong with the world

    def fault(self, kind: str, task: int = 0, host: int = 0, balancer: int = 0) -> None:
        it, one = self.tasks[task % len(self.tasks)], self.case.hosts[host % len(self.case.hosts)]
        lb = sorted(self.universe.places)[balancer % len(self.universe.places)]
        self.story.append((kind, it.id if kind in FAULTS[:3] else (lb, one) if kind == "refuses" else one))
        self._strike(kind, it, one, lb)

    def _strike(self, kind: str, it: Task, one: str, lb: str) -> None:
        world, answers = self.universe, ["after"]
        match kind:
            case "breaks":
                world.breaks = lambda task: task.id == it.id
            case "fails both ways":
                world.breaks = lambda task: (task.host, task.step) == (it.host, it.step)
            case "is lost":
                world.loses = lambda task: answers.pop() if task.id == it.id and answers else ""
            case "refuses":
                world.refuses = lambda balancer, verb, host: (balancer, host) == (lb, one)
            case "sick":
                world.sick = lambda host, release: (host, release) == (one, "new")
            case "gone":
                world.unreachable = {one}
            case "dead":
                world.hosts[one].alive = False
            case "stuck":
                world.stuck = {one}
            case "unknown":
                world.hosts[one].jobs = None
            case "silent":
                world.dead_balancers = {lb}

    def heal(self) -> None:
        self.story.append("healed")
        self.universe.heal()

    # -- one process

    def go(self, happens: str = "nothing", at: int = 0, seed: int = 0) -> int | None:
        """What the process ended with; None when it was killed."""
        self.story.append((happens, at, seed))
        process, box = self.case.start(crash_at=at if happens == "crash" else None, seed=seed)
        process.on_point = lambda count: self._happen(happens, count - at, process)
        if happens == "journal full":
            self.universe.store.breaks = lambda event: process.points >= at
        if happens in ("frozen", "second operator"):
            code = self._taken_over(happens, at, process, box)
        else:
            self.case.finish(process)
            code = box.get("code")
        self.universe.store.breaks = lambda event: False
        self.story.append(code)
        self.case.stands(code)
        return code

    def _happen(self, what: str, past: int, process: Process) -> None:
        if what == "frozen" and past == 0:
            process.frozen = True
        if what == "reload" and past == 0:
            self.universe.reload()
        engine = self.case.engine
        if engine and ((what == "ctrl-c" and past == 0) or (what == "stop now" and past in (0, 3))):
            engine.run.interrupt(130)

    def _taken_over(self, how: str, at: int, old: Process, box: dict[str, int]) -> int | None:
        """The old process is asleep or awake; from the moment the new one has the epoch it changes nothing."""
        self.universe.simulation.run(lambda: old.dead or old.frozen or (how == "second operator" and old.points >= at))
        if old.dead:
            self.case.finish(old)
            return box.get("code")
        over = self.universe.store.events[-1:] and self.universe.store.events[-1].kind == "run.stopped"
        new, code = self.case.start()
        if how == "second operator":
            self.case.finish(old)
        self.case.finish(new)
        facts, words = self.universe.facts(), len(self.universe.store.events)
        old.frozen = False
        self.case.finish(old)
        if self.universe.facts() != facts:
            raise Wrong("the old process has changed something after it was replaced")
        said = len(self.universe.store.events) - words
        if how == "frozen" and (said or not (over or box.get("code") in (24, 20))):
            raise Wrong(f"the old process ended with {box.get('code')} after it was replaced")
        return code.get("code")

    def ask(self, verb: str) -> None:
        if self.universe.store.events:
            self.story.append(verb)
            self.universe.store.ask(verb)

    def later(self, seconds: int) -> None:
        self.universe.simulation.time += seconds

    # -- its end

    def end(self, seeds: Sequence[int] = range(9)) -> None:
        """All is well again, and it is carried on until it is over."""
        self.heal()
        for seed in seeds:
            code = self.go(seed=seed)
            if code in (0, 21) or (code == 23 and not self.case.state.broken):
                return
        raise Wrong(f"it does not come to an end: {self.case.why()}")

"""Recipe and what was seen in, plan out. The plan is a value: what it says is what is done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from zdd.config.recipe import PlayRecipe, Recipe, Written
from zdd.errors import Finding, Invalid, Preflight, Problem
from zdd.model import Batch, Endpoint, Pipeline, Plan, Play, Release, Target, Task
from zdd.plan import ways
from zdd.plan.seen import Seen
from zdd.plan.sizes import Impossible, floor, width
from zdd.plan.strategies import Rolling


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Ways around a rule that a person asked for, with a reason."""

    no_way_back: bool = False
    min_serving: int | None = None
    without_balancers: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    override: str = ""  # why it may run outside of its window
    supersedes: str = ""
    adopts: tuple[str, ...] = ()  # finished runs, whose hosts that were left behind this one takes over
    reason: str = ""
    by: str = ""

    @property
    def around(self) -> tuple[str, ...]:
        """As they were typed."""
        return (
            *(f"--skip {host}" for host in self.skip),
            *(f"--without-balancer {name}" for name in self.without_balancers),
            *([f"--min-serving {self.min_serving}"] if self.min_serving is not None else []),
            *(["--no-way-back"] if self.no_way_back else []),
            *([f"--override {self.override!r}"] if self.override else []),
            *([f"--supersede {self.supersedes}"] if self.supersedes else []),
        )


def make_plan(
    recipe: Recipe, seen: Mapping[str, Mapping[str, Seen]], *, run: str, emergency: Emergency | None = None
) -> Plan:
    """Everything that can be known, resolved. `seen`: fleet -> host -> what preflight saw.

    Raises `Invalid` for sizes that cannot be, `Preflight` when the fleet as it is now allows no way forward or back.
    """
    asked = emergency or Emergency()
    plays = tuple(PlayMaker(play, seen[play.fleet], run, asked).make() for play in recipe.plays)
    return Plan(
        run=run,
        plays=plays,
        supersedes=tuple(dict.fromkeys(filter(None, (asked.supersedes, *asked.adopts)))),
        around=asked.around,
        reason=asked.reason,
        by=asked.by,
        playbook=recipe.playbook,
        inventories=recipe.inventories,
    )


@dataclass(frozen=True, slots=True)
class PlayMaker:
    """Makes one play."""

    recipe: PlayRecipe
    seen: Mapping[str, Seen]
    run: str
    asked: Emergency

    def make(self) -> Play:
        """Targets, ways, batches; then what no plan may leave out."""
        targets = {host: self._target(host) for host in self.recipe.limited}
        play = Play(
            fleet=self.recipe.fleet,
            batches=(),
            pattern=self.recipe.pattern,
            targets=targets,
            hosts=tuple(self.recipe.hosts),
            held=frozenset(host for host, seen in self.seen.items() if seen.held),
            floor=self._floor(),
            apart=self._apart(),
            ways_back=dict(self._ways_back(targets)),
            balancers=self.recipe.balancers,
            machines=self._machines(targets),
            probes={host: recipe.probes for host, recipe in self.recipe.hosts.items()},
            drain=self.recipe.drain,
            failure_budget=self.recipe.failure_budget,
            on_failure=self.recipe.on_failure,
            stall=self.recipe.stall,
            window=self.recipe.window,
            freeze=self.recipe.freeze,
            report_to=self.recipe.report_to,
            secrets=self.recipe.secrets,
        )
        self._refuse(play)
        return replace(play, batches=tuple(self._batches(play)))

    # -- hosts

    def _target(self, host: str) -> Target:
        recipe, seen = self.recipe.hosts[host], self.seen[host]
        return Target(
            endpoint=recipe.endpoint,
            release=ways.release(self._way(host), recipe),
            before=None if seen.lacks or not (seen.trusted or _stays_at_home(seen.record)) else seen.record,
            runs=seen.runs,
            served=seen.serving,
        )

    def _way(self, host: str, *, revert: bool = False) -> ways.Way:
        return ways.Way(
            fleet=self.recipe.fleet,
            host=host,
            direction="revert" if revert else "forward",
            balanced=any(host in balancer.serves for balancer in self.recipe.balancers),
            probed=bool(self.recipe.hosts[host].probes),
            places={} if revert else self.recipe.places,
        )

    def _ways_back(self, targets: Mapping[str, Target]) -> Iterator[tuple[str, Pipeline]]:
        for host, target in targets.items():
            recipe, way = self.recipe.hosts[host], self._way(host, revert=True)
            if not recipe.build:
                yield host, ways.back_in(way, recipe)
            elif target.before:
                yield host, ways.back(way, target.before, recipe.build.kept_files, self.run)
            elif not self.seen[host].found:
                yield host, ways.back_to_nothing(way, recipe, self.run)

    def _machines(self, targets: Mapping[str, Target]) -> dict[str, Endpoint]:
        others = {host: recipe.endpoint for host, recipe in self.recipe.hosts.items() if host not in targets}
        return {**others, **self.recipe.machines}

    def _apart(self) -> dict[str, str]:
        return {host: recipe.apart for host, recipe in self.recipe.hosts.items() if self.recipe.apart}

    # -- numbers

    def _width(self) -> int:
        return width(self.recipe.width, self.recipe.batches, len(self.recipe.hosts))

    def _floor(self) -> int:
        written = self.recipe.min_serving if self.asked.min_serving is None else self.asked.min_serving
        nowhere = all(self.seen[host].nowhere for host in self.recipe.limited)
        try:
            return floor(written, len(self.recipe.hosts), self._width(), nowhere=nowhere)
        except Impossible as error:
            raise Invalid([self._problem(error)]) from error

    def _problem(self, error: Impossible) -> Problem:
        file, line, column = self.recipe.places.get(error.key, self.recipe.origin).rsplit(":", 2)
        return Problem(file, int(line), int(column), f"{error.key}: {error}")

    # -- batches, in the order of a run

    def _batches(self, play: Play) -> Iterator[Batch]:
        yield from self._stage(play)
        yield from self._prepare(play)
        yield from self._once(self.recipe.before, "before")
        yield from self._deploy(play)
        yield from self._once(self.recipe.after, "after", whole=True)
        finish = tuple(ways.finish(play, self._keep()))
        yield Batch(name="finish", pipelines=finish, width=self.recipe.staging_width)

    def _stage(self, play: Play) -> Iterator[Batch]:
        pipelines = tuple(
            Pipeline(host=host, tasks=(self._way(host).task("stage", "stage", args={"release": "new"}, timeout=900.0),))
            for host, target in play.targets.items()
            if target.release
        )
        if pipelines:
            yield Batch(name="stage", pipelines=pipelines, width=self.recipe.staging_width)

    def _prepare(self, play: Play) -> Iterator[Batch]:
        pipelines = tuple(
            Pipeline(host=host, tasks=(self._look_first(host), *self._prepared(host)))
            for host in play.targets
            if self.recipe.hosts[host].prepare
        )
        if pipelines:
            yield Batch(name="prepare", pipelines=pipelines, width=self.recipe.prepare_width)

    def _look_first(self, host: str) -> Task:
        recipe = self.recipe.hosts[host]
        args = {"release": "new" if recipe.build else "", "health": recipe.health}
        return self._way(host).task("look", "out", "prepare.look", args=args)

    def _prepared(self, host: str) -> tuple[Task, ...]:
        return tuple(self._way(host).written(self.recipe.hosts[host].prepare, "prepare", "stage", "new"))

    def _once(self, tasks: Sequence[Written], name: str, *, whole: bool = False) -> Iterator[Batch]:
        made = tuple(
            Task(id=f"{self.recipe.fleet}//{name}.{number}", step=w.step, **ways.as_written(w))
            for number, w in enumerate(tasks, 1)
        )
        if made:
            yield Batch(name=name, pipelines=(Pipeline(host=None, tasks=made),), whole=whole)

    def _deploy(self, play: Play) -> Iterator[Batch]:
        pipelines = {host: ways.forward(self._way(host), self.recipe.hosts[host]) for host in play.targets}
        nowhere = frozenset(host for host in play.targets if self.seen[host].nowhere)
        by = {host: self.recipe.hosts[host].batch_by for host in play.targets} if self.recipe.by else None
        rolling = Rolling(
            fleet=play.fleet, sizes=self.recipe.batches, width=self._width(), pause=self.recipe.pause, by=by
        )
        yield from rolling.batches(pipelines, nowhere)

    def _keep(self) -> int:
        return max((recipe.build.keep for recipe in self.recipe.hosts.values() if recipe.build), default=0)

    # -- what would go wrong later

    def _refuse(self, play: Play) -> None:
        findings = [*self._no_way_back(play), *self._never_above(play)]
        if findings:
            raise Preflight(findings)

    def _no_way_back(self, play: Play) -> Iterator[Finding]:
        for host, target in play.targets.items():
            if host not in play.ways_back and not self.asked.no_way_back:
                adopt = "" if target.release and target.release.installed else "`zdd adopt` makes it a release; "
                what = f"there is no way back to {self.seen[host].found}: {self._why_none(host)}"
                yield Finding(host, what, f"{adopt}--no-way-back deploys without one")

    def _why_none(self, host: str) -> str:
        seen = self.seen[host]
        if seen.lacks:
            return seen.lacks
        if not seen.record:
            return "the host has kept no record of it"
        return "the journal does not know its record, which has tasks for other machines"

    def _never_above(self, play: Play) -> Iterator[Finding]:
        """R4: a wait for a floor that can never be reached is said now."""
        serving = [host for host, seen in self.seen.items() if seen.serving]
        raised = [host for host in play.targets if self.seen[host].nowhere and not self.seen[host].held]
        leaving = [host for host in play.targets if not self.seen[host].nowhere]
        most = len({*serving, *raised})
        if any(most - (host in serving) < play.floor for host in leaving):
            what = f"{len(serving)} of {len(play.hosts)} hosts serve, {play.floor} must: none could leave"
            held = [f"zdd host enable {host}" for host, seen in self.seen.items() if seen.held]
            yield Finding(play.fleet, what, f"{', '.join(held) or 'bring hosts back'}, or --min-serving N")


def _stays_at_home(record: Release | None) -> bool:
    """R14: what a host says of itself, without the journal's word for it, is done to that host alone."""
    return record is not None and not any(task.on or task.step == "python" for task in record.tasks)

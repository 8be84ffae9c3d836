"""The way of one host through a run, forward and back, as tasks. Every way is made of the same parts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from zdd.config.recipe import HostRecipe, Written
from zdd.model import Direction, File, Part, Pipeline, Play, Release, Task

RELEASE_STEPS = frozenset({"installed", "health", "up", "steady"})  # whose failure is the release's
KEYS = {  # of the playbook: what zdd does itself is done because of them
    "stage": "release",
    "installing": "release",
    "installed": "release",
    "drain": "balancers",
    "quiesce": "drain",
    "empty": "drain",
    "shut": "balancers",
    "idle": "drain",
    "health": "health",
    "enable": "balancers",
    "resume": "drain",
    "up": "balancers",
    "steady": "health",
}


@dataclass(frozen=True, slots=True)
class Way:
    """What the tasks of one host have in common."""

    fleet: str
    host: str
    direction: Direction = "forward"
    balanced: bool = True
    probed: bool = False
    places: Mapping[str, str] = field(default_factory=dict)  # key of the playbook -> "file:line:column"

    def task(self, step: str, part: Part, position: str = "", **about: Any) -> Task:
        place = position or step
        prefix = "revert." if self.direction == "revert" else ""
        cause = "release" if step in RELEASE_STEPS else "environment"
        return Task(
            id=f"{self.fleet}/{self.host}/{prefix}{place}",
            step=step,
            host=self.host,
            part=part,
            **{"cause": cause, "origin": self.places.get(KEYS.get(step, ""), ""), **about},
        )

    def out(self, release: str, health: Mapping[str, Any]) -> Iterable[Task]:
        """Drained and quiesced, shut, idle."""
        yield self.task("look", "out", args={"release": release, "health": health})
        yield self.task("drain", "out")
        if self.probed:
            yield self.task("quiesce", "out")
        if self.balanced:
            yield self.task("empty", "out")
            yield self.task("shut", "out")
        if self.balanced or self.probed:
            yield self.task("idle", "out")

    def back(self, health: Mapping[str, Any], origins: tuple[str, ...] = (), *, checked: bool = True) -> Iterable[Task]:
        """Healthy, in the balancers again, fully up, steady. `origins`: of the checks."""
        if checked and health:
            yield self.task("health", "back", args=health, timeout=float(health["deadline"]), origins=origins)
        if self.balanced:
            yield self.task("enable", "back", args={"as": "found"})
        if self.probed:
            yield self.task("resume", "back", args={"as": "found"} if self.direction == "revert" else {})
        if checked and self.balanced:
            yield self.task("up", "back", args={"deadline": health.get("deadline", 60.0)})
        if checked and health:
            args = {"seconds": health["steady"], "checks": health["checks"]}
            yield self.task("steady", "back", args=args, origins=origins)

    def put_back(self) -> Iterable[Task]:
        """As long as nothing was changed: to where it stood, and no mark left."""
        if self.balanced:
            yield self.task("enable", "out", "put-back.enable", args={"as": "stood"})
        if self.probed:
            yield self.task("resume", "out", "put-back.resume", args={"as": "stood"})
        yield self.task("unmark", "out", "put-back.unmark")

    def leave_out(self) -> Iterable[Task]:
        """For good: zdd can't bring it back, so nobody is sent there, and a note says whose doing that is."""
        if self.balanced:
            yield self.task("drain", "out", "leave-out.drain")
            yield self.task("shut", "out", "leave-out.shut")
        yield self.task("note", "out", "leave-out.note")

    def written(self, tasks: Sequence[Written], position: str, part: Part, release: str) -> Iterable[Task]:
        for number, w in enumerate(tasks, 1):
            about = {**as_written(w), "cause": "release" if part == "change" else "environment"}
            if w.step == "activate":
                about["args"] = {**w.args, "release": release}
            yield self.task(w.step, part, f"{position}.{number}", **about)

    def pipeline(self, tasks: Iterable[Task]) -> Pipeline:
        return Pipeline(
            host=self.host,
            tasks=tuple(tasks),
            put_back=tuple(self.put_back()),
            leave_out=tuple(self.leave_out()),
            takes=frozenset([self.host]),
        )


def as_written(w: Written) -> dict[str, Any]:
    """What a task takes over from the playbook as it stands there."""
    return {
        "name": w.name,
        "args": w.args,
        "on": w.on,
        "become": w.become,
        "timeout": w.timeout,
        "retries": w.retries,
        "safe": w.safe,
        "origin": w.origin,
    }


def forward(way: Way, recipe: HostRecipe) -> Pipeline:
    """To the new release; in a play without one, through its deploy tasks."""
    release = "new" if recipe.build else ""
    deploy = _deploy(way, recipe, release)
    return way.pipeline([*way.out(release, recipe.health), *deploy, *way.back(recipe.health, recipe.checks_at)])


def _deploy(way: Way, recipe: HostRecipe, release: str) -> Iterable[Task]:
    """What a host installs itself becomes the release by degrees: in between nobody can say which one it runs."""
    tasks = way.written(recipe.deploy, "deploy", "change", release)
    if not recipe.build or not recipe.build.current:
        return tasks
    args = {"release": release}
    return [way.task("installing", "change", args=args), *tasks, way.task("installed", "change", args=args)]


def back(way: Way, before: Release, outside: Sequence[File], run: str) -> Pipeline:
    """To the release that the host ran before: files outside of it as they were, then its own frozen tasks."""
    restores = (
        way.task("restore", "change", f"restore.{n}", args={"dest": file.dest, "run": run}, cause="release")
        for n, file in enumerate(outside, 1)
    )
    again = (replace(task, id=_there(way, task)) for task in before.tasks)
    return way.pipeline([*way.out("before", before.health), *restores, *again, *way.back(before.health)])


def back_to_nothing(way: Way, recipe: HostRecipe, run: str) -> Pipeline:
    """A host that ran nothing: services and `current` as found, admin state as found, no health to ask for."""
    services = tuple(w.args["name"] for w in recipe.deploy if w.step == "service")
    outside = recipe.build.kept_files if recipe.build else ()
    change = [
        way.task("deactivate", "change", args={"services": services}, cause="release"),
        *(
            way.task("restore", "change", f"restore.{n}", args={"dest": file.dest, "run": run}, cause="release")
            for n, file in enumerate(outside, 1)
        ),
    ]
    return way.pipeline([*way.out("", {}), *change, *way.back({}, checked=False)])


def back_in(way: Way, recipe: HostRecipe) -> Pipeline:
    """Maintenance has no release to go back to: the host is only put back."""
    return way.pipeline(way.back(recipe.health, recipe.checks_at))


def frozen(way: Way, recipe: HostRecipe) -> tuple[Task, ...]:
    """The deploy tasks as a later way back to this release will run them. The playbook has other lines by then."""
    return tuple(replace(task, origin="") for task in _deploy(way, recipe, "before"))


def release(way: Way, recipe: HostRecipe) -> Release | None:
    """What the host will run; None for maintenance."""
    build = recipe.build
    if build is None:
        return None
    return Release(
        version=build.version,
        id=build.id,
        path=build.path,
        current=build.current,
        available=build.available,
        artifact=build.artifact_digest,
        url=build.url,
        files=build.files,
        kept_files=build.kept_files,
        shared=build.shared,
        assets=build.assets,
        owner=build.owner,
        tasks=frozen(way, recipe),
        health=recipe.health,
    )


def _there(way: Way, task: Task) -> str:
    """A frozen task keeps its position; the host may have another name by now."""
    return f"{way.fleet}/{way.host}/revert.{task.id.rpartition('/')[2]}"


def finish(play: Play, keep: int) -> Iterable[Pipeline]:
    """The marks go when the run is over, and with them releases that nobody will go back to."""
    for host, target in play.targets.items():
        way = Way(play.fleet, host)
        tasks = [way.task("unmark", "finish")]
        if target.release:
            tasks.append(way.task("prune", "finish", args={"keep": keep}))
        yield Pipeline(host=host, tasks=tuple(tasks))

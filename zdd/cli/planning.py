"""From a recipe to a plan: what every host is like now, and all that is in the way."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from zdd.balancers.table import balancer
from zdd.cli.desk import Desk
from zdd.cli.emergencies import warned
from zdd.cli.leasing import Keeping
from zdd.cli.saying import say
from zdd.cli.source import Source
from zdd.config.recipe import HostRecipe, PlayRecipe, Recipe
from zdd.errors import Finding, Invalid, Preflight, Problem, Stale, Unfinished
from zdd.journal.codec import plan_text, read_plan
from zdd.journal.state import State, fold
from zdd.model import Endpoint, Plan
from zdd.plan.earlier import Earlier
from zdd.plan.make import Emergency, make_plan
from zdd.plan.seen import Seen
from zdd.plan.stale import changes
from zdd.probes.table import probe
from zdd.report.exit_codes import commands
from zdd.report.hosts import counted, folded
from zdd.steps.preflight import Survey, Surveyor
from zdd.steps.services import probed
from zdd.transport import Session

AT_ONCE = 32
FINISHED = (0, 21, 23)


def planned(desk: Desk, source: Source, run: str, emergency: Emergency) -> Plan:
    """The plan for the fleet as it is now. Raises `Preflight` with all findings of all plays, `Stale` where it would
    not be the one that was saved."""
    recipe, saved = source.recipe, source.saved
    surveys = surveyed(desk, source, emergency)
    complain([finding for survey in surveys.values() for finding in survey.findings])
    seen = {play.fleet: _seen(play, surveys[play.fleet]) for play in recipe.plays}
    adopts = _left_behind(seen)
    if saved:
        now = make_plan(recipe, seen, run=saved.plan.run, emergency=replace(saved.emergency, adopts=adopts))
        refuse_stale(saved.plan, read_plan(plan_text(now)))
    return make_plan(recipe, seen, run=run, emergency=replace(emergency, adopts=adopts))


def refuse_stale(saved: Plan, now: Plan) -> None:
    """Raises `Stale` with what has changed."""
    if said := list(changes(saved, now)):
        lines = "\n".join(f"  {text}" for text in said)
        raise Stale(f"the fleet has changed since the plan was made, so make it again with `zdd plan -o`:\n{lines}")


def refuse_unexpected(recipe: Recipe, count: int | None) -> None:
    """Raises `Invalid` where the plays take another number of hosts."""
    hosts = [host for play in recipe.plays for host in play.limited]
    if count is not None and len(hosts) != count:
        raise Invalid([Problem("--expect-hosts", 1, 1, f"{count} are expected, and it is {counted(hosts)}")])


def without_balancers(source: Source, names: Sequence[str]) -> Source:
    """The same as if these were not in its recipe. Raises `Usage` for one that is not."""
    warned(names, (spec for play in source.recipe.plays for spec in play.balancers))
    plays = (
        replace(play, balancers=tuple(spec for spec in play.balancers if spec.name not in names))
        for play in source.recipe.plays
    )
    return replace(source, recipe=replace(source.recipe, plays=tuple(plays)))


def surveyed(desk: Desk, source: Source, emergency: Emergency) -> dict[str, Survey]:
    """Fleet -> what was found."""
    runs = desk.store.runs()
    ours = {run.id for run in runs if run.code in FINISHED} | {emergency.supersedes}
    known = frozenset(run.id for run in runs)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {
            play.fleet: _survey(desk, play, source.earlier, frozenset(ours), known, pool)
            for play in source.recipe.plays
        }


def _survey(
    desk: Desk,
    play: PlayRecipe,
    earlier: Earlier,
    ours: frozenset[str],
    runs: frozenset[str],
    pool: ThreadPoolExecutor,
) -> Survey:
    machines: dict[str, Endpoint] = {host: r.endpoint for host, r in play.hosts.items()} | dict(play.machines)
    addresses = {host: recipe.endpoint.address for host, recipe in play.hosts.items()}

    def session(name: str) -> Session:
        return desk.sessions.open(machines[name])

    def opener(name: str) -> Callable[[], Session]:
        return lambda: session(name)

    return Surveyor(
        play=play,
        session=session,
        balancers=[balancer(spec, opener(spec.on), addresses) for spec in play.balancers],
        probes=lambda host: [probe(spec, probed(machines[host], opener(host))) for spec in play.hosts[host].probes],
        parallel=pool.map,
        artifact_bytes=_artifact_bytes,
        known=desk.store.knows,
        earlier=partial(earlier, play.fleet),
        runs=runs,
        ours=ours,
    ).survey()


def _artifact_bytes(recipe: HostRecipe) -> int:
    artifact = recipe.build.artifact if recipe.build else None
    return artifact.stat().st_size if artifact and artifact.is_file() else 0


def _seen(play: PlayRecipe, survey: Survey) -> dict[str, Seen]:
    """A host that was not reached serves if the balancers say so."""
    return {host: survey.seen.get(host) or Seen(host=host, serving=host in survey.serving) for host in play.hosts}


def _left_behind(seen: Mapping[str, Mapping[str, Seen]]) -> tuple[str, ...]:
    """Marks of finished runs stand on hosts that these left behind; this run takes them over (R15)."""
    return tuple(dict.fromkeys(run for hosts in seen.values() for host in hosts.values() for run in host.marks))


def complain(findings: list[Finding]) -> None:
    """Warnings are said; anything else ends it here, all of it together."""
    for warning in _once([finding for finding in findings if finding.warning]):
        say(f"warning: {warning}")
    if wrong := [finding for finding in findings if not finding.warning]:
        raise Preflight(wrong)


def _once(findings: Sequence[Finding]) -> Iterator[Finding]:
    """What is the same on many hosts is said once."""
    where: dict[Finding, list[str]] = {}
    for finding in findings:
        where.setdefault(replace(finding, where=""), []).append(finding.where)
    return (replace(finding, where=folded(names)) for finding, names in where.items())


# ---- runs that are in the way


def refuse_unfinished(desk: Desk, recipe: Recipe, supersede: str) -> None:
    """R15: an unfinished run is carried on, taken back, given up or superseded first; one that is on has the fleet."""
    for play in recipe.plays:
        for run in desk.store.runs(play.fleet):
            if run.id != supersede and unfinished(run.code, fold(desk.store.since(run.id, 0))):
                Keeping.of_recipe(play).lease(desk).refuse_live()
                why = f"{play.fleet}: run {run.id} is not finished (--supersede {run.id} takes it over)"
                raise Unfinished(why, tuple(commands(Unfinished.exit_code, run.id)))


def unfinished(code: int | None, state: State) -> bool:
    return code not in FINISHED and bool(state.marked) and "abandon" not in state.asked


def never_touched(state: State) -> bool:
    """Preflight or staging ended it, or every host was found done."""
    return not state.touched and not state.reverting


def give_up(desk: Desk, plan: Plan) -> None:
    """Runs of these fleets that this one takes over are never carried on. One from another store nobody can carry on
    here; one of another fleet keeps its own."""
    known = {run.id for fleet in plan.fleets for run in desk.store.runs(fleet)}
    for run in known.intersection(plan.supersedes):
        desk.store.ask(run, "abandon", f"superseded by {plan.run}", plan.by)


def freeze(desk: Desk, recipe: Recipe) -> None:
    """Everything that the run will need is in the store before it begins (R22)."""
    for content in recipe.contents.values():
        desk.store.files.put(content)
    artifacts = {r.build.artifact for play in recipe.plays for r in play.hosts.values() if r.build}
    for artifact in artifacts:
        if artifact.is_file():
            desk.store.files.put(artifact)

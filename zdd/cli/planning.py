"""From a recipe to a plan: what every host is like now, and all that is in the way."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from zdd.balancers.table import balancer
from zdd.cli.desk import Desk
from zdd.cli.emergencies import warned
from zdd.cli.saying import say
from zdd.cli.source import Source
from zdd.cli.unfinished import FINISHED, refuse_needless
from zdd.config.recipe import HostRecipe, PlayRecipe, Recipe
from zdd.errors import Finding, Invalid, Preflight, Problem, Stale
from zdd.journal.codec import plan_text, read_plan
from zdd.model import Endpoint, Plan
from zdd.plan.earlier import Earlier
from zdd.plan.make import Emergency, make_plan
from zdd.plan.seen import Seen
from zdd.plan.stale import changes
from zdd.probes.table import probe
from zdd.report.alike import once
from zdd.report.hosts import counted
from zdd.steps.preflight import Survey, Surveyor
from zdd.steps.services import probed
from zdd.transport import Session

AT_ONCE = 32


def planned(desk: Desk, source: Source, run: str, emergency: Emergency) -> Plan:
    """The plan for the fleet as it is now. Raises `Preflight` with all findings of all plays, `Stale` where it would
    not be the one that was saved."""
    recipe, saved = source.recipe, source.saved
    surveys = surveyed(desk, source, emergency)
    hosts = (host for play in recipe.plays for host in play.hosts)
    complain([finding for survey in surveys.values() for finding in survey.findings], hosts)
    seen = {play.fleet: _seen(play, surveys[play.fleet]) for play in recipe.plays}
    adopts = _left_behind(seen)
    refuse_needless(desk, recipe, emergency.supersedes, adopts)
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


def complain(findings: list[Finding], hosts: Iterable[str]) -> None:
    """Warnings are said; anything else ends it here, all of it together. `hosts`: those of the plays."""
    names = list(hosts)
    for warning in once((finding for finding in findings if finding.warning), names):
        say(f"warning: {warning}")
    if wrong := [finding for finding in findings if not finding.warning]:
        raise Preflight(list(once(wrong, names)))


def freeze(desk: Desk, recipe: Recipe) -> None:
    """Everything that the run will need is in the store before it begins (R22)."""
    for content in recipe.contents.values():
        desk.store.files.put(content)
    artifacts = {r.build.artifact for play in recipe.plays for r in play.hosts.values() if r.build}
    for artifact in artifacts:
        if artifact.is_file():
            desk.store.files.put(artifact)

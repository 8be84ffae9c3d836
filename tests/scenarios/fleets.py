"""Fleets, and plans for them: what a scenario begins with."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.scenarios.case import Case
from tests.scenarios.fakes import HEALTH
from tests.scenarios.universe import Host, Universe
from zdd.config.recipe import Build, HostRecipe, PlayRecipe, Recipe, Written
from zdd.model import BalancerSpec, Drain, Endpoint, ProbeSpec, Release
from zdd.plan.make import Emergency, make_plan
from zdd.plan.seen import Seen
from zdd.plan.ways import Way, frozen

DEPLOY = (
    Written(step="activate"),
    Written(step="run", name="warm up", safe=False, args={"seen": True}),
    Written(step="service", args={"name": "shop", "state": "restarted"}),
)
BLIND = (DEPLOY[0], Written(step="run", name="warm up", safe=False), DEPLOY[2])


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
            checks_at=("shop.yml:30:5",),
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

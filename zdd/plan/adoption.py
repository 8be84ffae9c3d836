"""The plan that makes releases of trees that are there. Nobody leaves a balancer for it."""

from dataclasses import replace

from zdd.config.recipe import PlayRecipe, Recipe
from zdd.model import Batch, Pipeline, Plan, Play, Release, Target
from zdd.plan import ways
from zdd.plan.outline import outline

COPYING = 1800.0  # seconds


def adoption(recipe: Recipe, source: str, *, run: str) -> Plan:
    """`source`: the folder with the tree, where it is not what `current` is."""
    plays = tuple(_play(play, source) for play in recipe.plays)
    return Plan(run=run, plays=plays, playbook=recipe.playbook, inventories=recipe.inventories)


def _play(recipe: PlayRecipe, source: str) -> Play:
    targets = {host: _target(recipe, host) for host in recipe.limited}
    play = outline(recipe)
    return replace(
        play,
        targets=targets,
        machines={name: endpoint for name, endpoint in play.machines.items() if name not in targets},
        batches=(
            Batch(
                name="adopt",
                pipelines=tuple(_pipeline(recipe, host, source) for host in targets),
                width=recipe.staging_width,
            ),
        ),
    )


def _target(recipe: PlayRecipe, host: str) -> Target:
    """It runs already what it will run; only the name is new."""
    release = adopted(recipe, host)
    return Target(endpoint=recipe.hosts[host].endpoint, release=release, runs=release.name)


def _pipeline(recipe: PlayRecipe, host: str, source: str) -> Pipeline:
    args = {"release": "new", "source": source}
    return Pipeline(host=host, tasks=(ways.Way(recipe.fleet, host).task("adopt", "stage", args=args, timeout=COPYING),))


def adopted(recipe: PlayRecipe, host: str) -> Release:
    """What it is called from now on. Files that the playbook would render into it are in the tree already."""
    made = ways.release(ways.Way(recipe.fleet, host), recipe.hosts[host])
    assert made
    return replace(made, artifact="", url="", files=(), assets=())

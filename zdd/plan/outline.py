"""A fleet without a release: enough to say where its lease is kept, who serves, and who may leave."""

from zdd.config.recipe import PlayRecipe
from zdd.model import Play
from zdd.plan.sizes import Impossible, floor, width


def outline(recipe: PlayRecipe) -> Play:
    """The play with nothing to do in it."""
    endpoints = {host: host_recipe.endpoint for host, host_recipe in recipe.hosts.items()}
    return Play(
        fleet=recipe.fleet,
        batches=(),
        hosts=tuple(recipe.hosts),
        floor=_floor(recipe),
        apart={host: host_recipe.apart for host, host_recipe in recipe.hosts.items() if host_recipe.apart},
        balancers=recipe.balancers,
        machines={**endpoints, **recipe.machines},
        drain=recipe.drain,
    )


def _floor(recipe: PlayRecipe) -> int:
    """Where no floor lets a host leave, all must serve: a person can still say another one."""
    hosts = len(recipe.hosts)
    try:
        return floor(recipe.min_serving, hosts, width(recipe.width, recipe.batches, hosts))
    except Impossible:
        return hosts

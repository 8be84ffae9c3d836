"""`zdd plan`."""

from zdd.cli import options


def plan(
    playbook: options.Playbook,
    inventory: options.Inventory = [],  # noqa: B006 - Typer copies it
    extra: options.Extra = [],  # noqa: B006
    limit: options.Limit = [],  # noqa: B006
    skip: options.Skip = [],  # noqa: B006
    no_way_back: options.NoWayBack = False,
    min_serving: options.MinServing = None,
    without_balancer: options.WithoutBalancer = [],  # noqa: B006
    store: options.StoreAt = "",
) -> int:
    """Print what a deploy would do, host by host. Nothing is changed.

    zdd plan playbooks/shop.yml -i inventories/production.yml -e version=1.1
    """
    import typer

    from zdd.cli.desk import opened
    from zdd.cli.planning import planned, without_balancers
    from zdd.cli.reading import read_recipe
    from zdd.plan.make import Emergency
    from zdd.report.plan_text import plan_text

    with opened(store) as desk:
        recipe = without_balancers(read_recipe(playbook, inventory, extra, limit, skip), without_balancer)
        emergency = Emergency(
            no_way_back=no_way_back,
            min_serving=min_serving,
            without_balancers=tuple(without_balancer),
            skip=tuple(skip),
        )
        made = planned(desk, recipe, "plan", emergency)
        typer.echo(plan_text(made))
    return 0

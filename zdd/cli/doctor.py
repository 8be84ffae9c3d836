"""`zdd doctor`."""

from dataclasses import replace

from zdd.cli import options


def doctor(
    playbook: options.Playbook,
    inventory: options.Inventory = [],  # noqa: B006 - Typer copies it
    extra: options.Extra = [],  # noqa: B006
    limit: options.Limit = [],  # noqa: B006
    skip: options.Skip = [],  # noqa: B006
    without_balancer: options.WithoutBalancer = [],  # noqa: B006
    user: options.User = "",
    become: options.Become = False,
    ask_become_pass: options.AskBecomePass = False,
    store: options.StoreAt = "",
) -> int:
    """Preflight alone: say all that is in the way of a deploy. Nothing is changed.

    zdd doctor playbooks/shop.yml -i inventories/production.yml -e version=1.1
    """
    import typer

    from zdd.cli.desk import opened
    from zdd.cli.inventories import login
    from zdd.cli.planning import planned, without_balancers
    from zdd.cli.reading import read_source
    from zdd.plan.make import Emergency

    with opened(store, password=ask_become_pass) as desk:
        source = read_source(playbook, inventory, extra, limit, skip, login(user, become))
        source = replace(source, recipe=without_balancers(source.recipe, without_balancer))
        made = planned(desk, source, "doctor", Emergency())
        hosts = sum(len(play.targets) for play in made.plays)
        typer.echo(f"{', '.join(made.fleets)}: {hosts} hosts and their balancers are ready for a deploy")
    return 0

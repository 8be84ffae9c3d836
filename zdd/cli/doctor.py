"""`zdd doctor`."""

from zdd.cli import options


def doctor(
    playbook: options.Playbook,
    *,
    given: options.Given,
    without_balancer: options.WithoutBalancer = [],  # noqa: B006
    store: options.StoreAt = "",
) -> int:
    """Preflight alone: say all that is in the way of a deploy. Nothing is changed.

    zdd doctor playbooks/shop.yml -i inventories/production.yml -e version=1.1
    """
    import typer

    from zdd.cli.desk import opened
    from zdd.cli.planning import planned, without_balancers
    from zdd.cli.reading import read_source
    from zdd.plan.make import Emergency

    with opened(store, password=given.login.ask_become_pass) as desk:
        source = read_source(playbook, given)
        source = without_balancers(source, without_balancer)
        made = planned(desk, source, "doctor", Emergency())
        count = sum(len(play.targets) for play in made.plays)
        typer.echo(f"{', '.join(made.fleets)}: {count} hosts and their balancers are ready for a deploy")
    return 0

"""`zdd plan`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

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
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Save it: `zdd deploy FILE` carries it out.", show_default=False)
    ] = None,
    diff: options.Diff = False,
    expect_hosts: options.ExpectHosts = None,
    user: options.User = "",
    become: options.Become = False,
    ask_become_pass: options.AskBecomePass = False,
    store: options.StoreAt = "",
) -> int:
    """Print what a deploy would do, host by host. Nothing is changed.

    zdd plan playbooks/shop.yml -i inventories/production.yml -e version=1.1 -o plan.json
    """
    from zdd.cli.desk import opened
    from zdd.cli.diffing import differences
    from zdd.cli.hours import closed
    from zdd.cli.inventories import login
    from zdd.cli.planning import planned, refuse_unexpected, without_balancers
    from zdd.cli.reading import read_source
    from zdd.cli.saved_plan import SavedPlan, save
    from zdd.cli.saying import say
    from zdd.clock import SystemClock
    from zdd.plan.make import Emergency
    from zdd.plan.windows import shown
    from zdd.report.plan_text import plan_text

    with opened(store, password=ask_become_pass) as desk:
        source = read_source(playbook, inventory, extra, limit, skip, login(user, become))
        recipe = without_balancers(source.recipe, without_balancer)
        emergency = Emergency(
            no_way_back=no_way_back,
            min_serving=min_serving,
            without_balancers=tuple(without_balancer),
            skip=tuple(skip),
        )
        refuse_unexpected(recipe, expect_hosts)
        made = planned(desk, replace(source, recipe=recipe), "plan", emergency)
        typer.echo(plan_text(made))
        if found := closed(recipe.plays, SystemClock()):
            say(f"{found[0]} is outside its window now; it opens {shown(found[1].until)}")
        if diff:
            typer.echo(differences(desk, recipe))
        if out:
            save(out, SavedPlan(made, recipe, emergency))
    return 0

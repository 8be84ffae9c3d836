"""`zdd plan`."""

from pathlib import Path
from typing import Annotated

import typer

from zdd.cli import options


def plan(
    playbook: options.Playbook,
    *,
    given: options.Given,
    around: options.Around,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Save it: `zdd deploy FILE` carries it out.", show_default=False)
    ] = None,
    looks: options.Looks,
    store: options.StoreAt = "",
) -> int:
    """Print what a deploy would do, host by host. Nothing is changed.

    zdd plan playbooks/shop.yml -i inventories/production.yml -e version=1.1 -o plan.json
    """
    from zdd.cli.desk import opened
    from zdd.cli.diffing import differences
    from zdd.cli.emergencies import asked
    from zdd.cli.hours import closed
    from zdd.cli.planning import planned, refuse_unexpected, without_balancers
    from zdd.cli.reading import read_source
    from zdd.cli.saved_plan import SavedPlan, save
    from zdd.cli.saying import say
    from zdd.clock import SystemClock
    from zdd.plan.windows import shown
    from zdd.report.plan_text import plan_text

    with opened(store, password=given.login.ask_become_pass) as desk:
        source = without_balancers(read_source(playbook, given), around.without_balancer)
        emergency = asked(around, given.hosts)
        refuse_unexpected(source.recipe, looks.expect_hosts)
        made = planned(desk, source, "plan", emergency)
        typer.echo(plan_text(made))
        if found := closed(source.recipe.plays, SystemClock()):
            say(f"{found[0]} is outside its window now; it opens {shown(found[1].until)}")
        if looks.diff:
            typer.echo(differences(desk, source.recipe))
        if out:
            save(out, SavedPlan(made, source.recipe, emergency))
    return 0

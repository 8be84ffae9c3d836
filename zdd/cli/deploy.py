"""`zdd deploy`."""

import sys
from dataclasses import replace
from random import SystemRandom
from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli import options

if TYPE_CHECKING:
    from pathlib import Path

    from zdd.cli.desk import Desk
    from zdd.cli.saved_plan import SavedPlan
    from zdd.cli.source import Source
    from zdd.plan.make import Emergency


def deploy(
    playbook: options.Playbook,
    inventory: options.Inventory = [],  # noqa: B006 - Typer copies it
    extra: options.Extra = [],  # noqa: B006
    limit: options.Limit = [],  # noqa: B006
    skip: options.Skip = [],  # noqa: B006
    check: Annotated[bool, typer.Option("-C", "--check", help="Print the plan, change nothing: `zdd plan`.")] = False,
    yes: options.Yes = False,
    reason: options.Reason = "",
    wait_window: options.WaitWindow = False,
    override: options.Override = "",
    supersede: options.Supersede = "",
    no_way_back: options.NoWayBack = False,
    min_serving: options.MinServing = None,
    without_balancer: options.WithoutBalancer = [],  # noqa: B006
    diff: options.Diff = False,
    expect_hosts: options.ExpectHosts = None,
    user: options.User = "",
    become: options.Become = False,
    ask_become_pass: options.AskBecomePass = False,
    output: options.Shown = options.Output.auto,
    store: options.StoreAt = "",
) -> int:
    """Take a fleet to a release while users keep using it. A plan that was saved is carried out as it is.

    zdd deploy playbooks/shop.yml -i inventories/production.yml -e version=1.1
    """
    from zdd.cli.plan import plan

    if check:
        return plan(
            playbook, inventory, extra, limit, skip, no_way_back, min_serving, without_balancer,
            diff=diff, expect_hosts=expect_hosts, user=user, become=become, ask_become_pass=ask_become_pass,
            store=store,
        )  # fmt: skip
    from zdd.cli.answering import answered
    from zdd.cli.desk import opened
    from zdd.cli.diffing import differences
    from zdd.cli.emergencies import reasoned
    from zdd.cli.hours import let_in
    from zdd.cli.inventories import login
    from zdd.cli.planning import refuse_unexpected, refuse_unfinished, without_balancers
    from zdd.cli.reading import read_source
    from zdd.cli.saved_plan import is_saved
    from zdd.cli.source import Source
    from zdd.engine.lease import person
    from zdd.plan.earlier import by_plan
    from zdd.plan.make import Emergency

    emergency = Emergency(
        no_way_back=no_way_back,
        min_serving=min_serving,
        without_balancers=tuple(without_balancer),
        skip=tuple(skip),
        override=override,
        supersedes=supersede,
        reason=reason or override,
        by=person(),
    )
    reasoned(emergency.reason, emergency.around)
    with answered(output.value), opened(store, password=ask_become_pass) as desk:
        if is_saved(playbook):
            saved = _saved(desk, playbook, [*extra, *limit, *emergency.around])
            source = Source(saved.recipe, by_plan(saved.plan), saved)
            emergency = replace(saved.emergency, override=override, reason=reason, by=person())
            let_in(source.recipe.plays, wait_window, override)
        else:
            source = read_source(playbook, inventory, extra, limit, skip, login(user, become))
            if let_in(source.recipe.plays, wait_window, override):
                source = read_source(
                    playbook, inventory, extra, limit, skip, login(user, become)
                )  # what was built meanwhile counts
            source = replace(source, recipe=without_balancers(source.recipe, without_balancer))
        refuse_unexpected(source.recipe, expect_hosts)
        refuse_unfinished(desk, source.recipe, supersede)
        if diff:
            typer.echo(differences(desk, source.recipe))
        if not yes:
            _ask(desk, source, emergency)
        return _deploy(desk, source, emergency, reason or f"deploy {playbook.name}", output.value)


def _saved(desk: "Desk", path: "Path", more: "list[str]") -> "SavedPlan":
    """Its secrets must have the values that they had. Raises `Stale`."""
    from zdd.cli.recalling import recall
    from zdd.cli.saved_plan import load
    from zdd.errors import Usage

    if said := [word for word in more if not word.startswith("--override")]:
        raise Usage(f"{', '.join(said)}: {path} is a plan, which holds all that it was made with: zdd plan -o")
    saved = load(path)
    recall(desk.vault, saved.plan)
    return saved


def _ask(desk: "Desk", source: "Source", emergency: "Emergency") -> None:
    """A terminal is asked, with the plan before its eyes; elsewhere somebody must have said -y."""
    from zdd.cli.planning import planned
    from zdd.errors import Usage
    from zdd.report.plan_text import plan_text

    if not sys.stdin.isatty():
        raise Usage("nobody is here to ask: say -y")
    plan = planned(desk, source, "plan", emergency)
    typer.echo(plan_text(plan))
    typer.confirm(f"Deploy to {', '.join(plan.fleets)}?", abort=True, err=True)


def _deploy(desk: "Desk", source: "Source", emergency: "Emergency", reason: str, output: str) -> int:
    """Lease, preflight, plan, and the run."""
    from zdd.cli.carry import carry
    from zdd.cli.leasing import Keeping, leased
    from zdd.cli.planning import freeze, give_up, planned
    from zdd.clock import SystemClock
    from zdd.errors import Failed, Lost
    from zdd.journal.run_id import new_run_id

    run = new_run_id(SystemClock(), SystemRandom())
    fleets = [Keeping.of_recipe(play) for play in source.recipe.plays]
    try:
        with leased(desk, fleets, run, reason) as leases:
            plan = planned(desk, source, run, emergency)
            freeze(desk, source.recipe)
            desk.store.create(plan)
            give_up(desk, plan)
            return carry(desk, run, leases, output, plan, at_any_time=bool(emergency.override))
    except (Lost, Failed):
        again = replace(source, saved=None)
        planned(desk, again, run, emergency)  # who was not reached, or says no, is a finding beside the others
        raise

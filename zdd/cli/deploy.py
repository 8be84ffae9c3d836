"""`zdd deploy`."""

import sys
from dataclasses import replace
from random import SystemRandom
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zdd.cli import options

if TYPE_CHECKING:
    from pathlib import Path

    from zdd.cli.desk import Desk
    from zdd.cli.source import Source
    from zdd.plan.make import Emergency


def deploy(
    playbook: options.Playbook,
    *,
    files: options.Files,
    hosts: options.Hosts,
    check: Annotated[bool, typer.Option("-C", "--check", help="Print the plan, change nothing: `zdd plan`.")] = False,
    yes: options.Yes = False,
    reason: options.Reason = "",
    hours: options.Hours,
    supersede: options.Supersede = "",
    around: options.Around,
    diff: options.Diff = False,
    expect_hosts: options.ExpectHosts = None,
    login: options.Login,
    output: options.Shown = options.Output.auto,
    store: options.StoreAt = "",
) -> int:
    """Take a fleet to a release while users keep using it. A plan that was saved is carried out as it is.

    zdd deploy playbooks/shop.yml -i inventories/production.yml -e version=1.1
    """
    from zdd.cli.plan import plan

    if check:
        return plan(
            playbook,
            files=files,
            hosts=hosts,
            around=around,
            diff=diff,
            expect_hosts=expect_hosts,
            login=login,
            store=store,
        )
    from zdd.cli.answering import answered
    from zdd.cli.desk import opened
    from zdd.cli.diffing import differences
    from zdd.cli.emergencies import asked, reasoned
    from zdd.cli.planning import refuse_unexpected, without_balancers
    from zdd.cli.saved_plan import is_saved
    from zdd.cli.unfinished import meant, refuse_unfinished
    from zdd.engine.lease import person

    said: dict[str, Any] = {"override": hours.override, "reason": reason or hours.override, "by": person()}
    with answered(output.value), opened(store, password=login.ask_become_pass) as desk:
        emergency = asked(around, hosts, supersedes=meant(desk, supersede), **said)
        reasoned(emergency.reason, emergency.around)
        if is_saved(playbook):
            source, frozen = _saved(desk, playbook, [*files.extra, *hosts.limit, *emergency.around], hours)
            emergency = replace(frozen, **said)
        else:
            source = without_balancers(_read(playbook, files, hosts, login, hours), around.without_balancer)
        refuse_unexpected(source.recipe, expect_hosts)
        refuse_unfinished(desk, source.recipe, emergency.supersedes)
        if diff:
            typer.echo(differences(desk, source.recipe))
        if not yes:
            _ask(desk, source, emergency)
        return _deploy(desk, source, emergency, reason or f"deploy {playbook.name}", output.value)


def _read(
    playbook: "Path", files: options.Files, hosts: options.Hosts, login: options.Login, hours: options.Hours
) -> "Source":
    """The playbook, in its hours."""
    from zdd.cli.hours import let_in
    from zdd.cli.reading import read_source

    source = read_source(playbook, files, hosts, login)
    waited = let_in(source.recipe.plays, hours.wait_window, hours.override)
    return read_source(playbook, files, hosts, login) if waited else source  # what was built meanwhile counts


def _saved(desk: "Desk", path: "Path", more: "list[str]", hours: options.Hours) -> "tuple[Source, Emergency]":
    """A plan, in its hours. Its secrets must have the values that they had. Raises `Stale`."""
    from zdd.cli.hours import let_in
    from zdd.cli.recalling import recall
    from zdd.cli.saved_plan import load
    from zdd.cli.source import Source
    from zdd.errors import Usage
    from zdd.plan.earlier import by_plan

    if said := [word for word in more if not word.startswith("--override")]:
        raise Usage(f"{', '.join(said)}: {path} is a plan, which holds all that it was made with: zdd plan -o")
    saved = load(path)
    recall(desk.vault, saved.plan)
    let_in(saved.recipe.plays, hours.wait_window, hours.override)
    return Source(saved.recipe, by_plan(saved.plan), saved), saved.emergency


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
    from zdd.cli.planning import freeze, planned
    from zdd.cli.unfinished import give_up
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

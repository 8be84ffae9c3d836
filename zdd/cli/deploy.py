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
    from zdd.cli.source import Source
    from zdd.plan.make import Emergency


def deploy(
    playbook: options.Playbook,
    *,
    given: options.Given,
    check: Annotated[bool, typer.Option("-C", "--check", help="Print the plan, change nothing: `zdd plan`.")] = False,
    consent: options.Consent,
    hours: options.Hours,
    supersede: options.Supersede = "",
    around: options.Around,
    looks: options.Looks,
    output: options.Shown = options.Output.auto,
    store: options.StoreAt = "",
) -> int:
    """Take a fleet to a release while users keep using it. A plan that was saved is carried out as it is.

    zdd deploy playbooks/shop.yml -i inventories/production.yml -e version=1.1
    """
    from zdd.cli.plan import plan

    if check:
        return plan(playbook, given=given, around=around, looks=looks, store=store)
    from zdd.cli.answering import answered
    from zdd.cli.desk import opened
    from zdd.cli.diffing import differences
    from zdd.cli.planning import refuse_unexpected
    from zdd.cli.unfinished import refuse_unfinished

    with answered(output.value), opened(store, password=given.login.ask_become_pass) as desk:
        emergency = _emergency(desk, around, given.hosts, hours, supersede, consent.reason)
        source, emergency = _wanted(desk, playbook, given, hours, emergency)
        refuse_unexpected(source.recipe, looks.expect_hosts)
        refuse_unfinished(desk, source.recipe, emergency.supersedes)
        if looks.diff:
            typer.echo(differences(desk, source.recipe))
        if not consent.yes:
            _ask(desk, source, emergency)
        return _deploy(desk, source, emergency, consent.reason or f"deploy {playbook.name}", output.value)


def _emergency(
    desk: "Desk", around: options.Around, hosts: options.Hosts, hours: options.Hours, supersede: str, reason: str
) -> "Emergency":
    """The ways around a rule that were asked for. Raises `Usage` without a reason."""
    from zdd.cli.emergencies import asked, reasoned
    from zdd.cli.unfinished import meant
    from zdd.engine.lease import person

    about = {"supersedes": meant(desk, supersede), "override": hours.override}
    emergency = asked(around, hosts, **about, reason=reason or hours.override, by=person())
    reasoned(emergency.reason, emergency.around)
    return emergency


def _wanted(
    desk: "Desk", playbook: "Path", given: options.Given, hours: options.Hours, emergency: "Emergency"
) -> "tuple[Source, Emergency]":
    """What is to be deployed: as the playbook says, or as a plan was saved."""
    from zdd.cli.planning import without_balancers
    from zdd.cli.saved_plan import is_saved

    if not is_saved(playbook):
        source = _read(playbook, given, hours)
        return without_balancers(source, emergency.without_balancers), emergency
    source, frozen = _saved(desk, playbook, [*given.files.extra, *given.hosts.limit, *emergency.around], hours)
    return source, replace(frozen, override=emergency.override, reason=emergency.reason, by=emergency.by)


def _read(playbook: "Path", given: options.Given, hours: options.Hours) -> "Source":
    """The playbook, in its hours."""
    from zdd.cli.hours import let_in
    from zdd.cli.reading import read_source

    source = read_source(playbook, given)
    waited = let_in(source.recipe.plays, hours.wait_window, hours.override)
    return read_source(playbook, given) if waited else source  # what was built meanwhile counts


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

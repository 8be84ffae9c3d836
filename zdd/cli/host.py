"""`zdd host`: one host of a fleet, handled by a person."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli import options
from zdd.cli.prepare import prepare
from zdd.cli.trust import trust

if TYPE_CHECKING:
    from zdd.cli.desk import Desk
    from zdd.engine.by_hand import Hand
    from zdd.model import Play

app = typer.Typer(help="Single hosts: out of their balancers and back, their keys, their folder.", no_args_is_help=True)
Host = Annotated[str, typer.Argument(metavar="HOST", help="The host's name in the inventory.", show_default=False)]
Of = Annotated[
    str,
    typer.Argument(
        metavar="PLAYBOOK", help="The playbook, with -i; or a fleet that the store knows.", show_default=False
    ),
]
UP = 60.0  # seconds until every balancer must have seen it pass its checks


app.command()(trust)
app.command()(prepare)


@app.command()
def drain(
    host: Host,
    playbook: Of = "",
    *,
    files: options.Files,
    min_serving: options.MinServing = None,
    without_balancer: options.WithoutBalancer = [],  # noqa: B006
    consent: options.Consent,
    ask_become_pass: options.AskBecomePass = False,
    store: options.StoreAt = "",
) -> int:
    """Take a host out of all its balancers, and wait until nothing on it is in flight. It leaves no mark: a later
    deploy finds the host held, works on it and does not put it back.

    zdd host drain web3 --reason "disk is failing"
    """
    import shlex

    from zdd.cli.desk import opened
    from zdd.cli.emergencies import reasoned
    from zdd.cli.saying import say
    from zdd.cli.typed import typed
    from zdd.plan.make import Emergency

    reasoned(consent.reason, Emergency(min_serving=min_serving, without_balancers=tuple(without_balancer)).around)
    with opened(store, password=ask_become_pass) as desk:
        play = _play(desk, host, playbook, files, without_balancer)
        play = play if min_serving is None else replace(play, floor=min_serving)
        with _in_hand(desk, play, "drain", host, consent) as hand:
            hand.drain(host)
        say(f"{host} is drained in {_names(play, host)}")
        if busy := hand.idle(host, play.drain.deadline):
            say(f"{host} has {busy} after {play.drain.deadline:g} s still; no new clients come")
            return 20
        back = typed().again(shlex.join(["zdd", "host", "enable", host, *([playbook] if playbook else [])]))
        say(f"{host} is idle. Back: {back}")
    return 0


@app.command()
def enable(
    host: Host,
    playbook: Of = "",
    *,
    files: options.Files,
    without_balancer: options.WithoutBalancer = [],  # noqa: B006
    consent: options.Consent,
    ask_become_pass: options.AskBecomePass = False,
    store: options.StoreAt = "",
) -> int:
    """Put a host back into all its balancers, and wait until each says that it is fully up.

    zdd host enable web3
    """
    from zdd.cli.desk import opened
    from zdd.cli.emergencies import reasoned
    from zdd.cli.saying import say
    from zdd.plan.make import Emergency

    reasoned(consent.reason, Emergency(without_balancers=tuple(without_balancer)).around)
    with opened(store, password=ask_become_pass) as desk:
        play = _play(desk, host, playbook, files, without_balancer)
        with _in_hand(desk, play, "enable", host, consent) as hand:
            hand.enable(host)
        if down := hand.up(host, UP):
            say(f"{host} is enabled in {_names(play, host)}, and not up after {UP:g} s: {down}")
            return 20
        say(f"{host} is up in {_names(play, host)}")
    return 0


def _play(desk: "Desk", host: str, playbook: str, files: options.Files, without_balancer: list[str]) -> "Play":
    """The host's, without the balancers that a person leaves out."""
    from zdd.cli.emergencies import warned
    from zdd.cli.fleets import fleet_with

    play = fleet_with(desk, host, playbook, files)
    warned(without_balancer, play.balancers)
    return play.without(without_balancer)


@contextmanager
def _in_hand(desk: "Desk", play: "Play", verb: str, host: str, consent: options.Consent) -> "Iterator[Hand]":
    """The fleet's balancers, while its lease is ours and no unfinished run has the host."""
    from zdd.cli.leasing import Keeping, leased
    from zdd.cli.marks import refuse_marked, take_note_off
    from zdd.cli.running import confirmed
    from zdd.cli.saying import say
    from zdd.clock import SystemClock
    from zdd.engine.by_hand import Hand
    from zdd.engine.outside import Outside

    confirmed(f"{verb.capitalize()} {host} of {play.fleet} in {_names(play, host)}?", consent.yes)
    with leased(desk, [Keeping.of_play(play)], f"host-{verb}", consent.reason or f"host {verb} {host}") as leases:
        outside = Outside(desk.sessions, desk.store.files, {play.fleet: leases[play.fleet].epoch})
        refuse_marked(desk, play, host)
        yield Hand(play=play, traffic=outside.traffic(play), clock=SystemClock(), tell=say)
        take_note_off(outside.session(play, host), play, host)


def _names(play: "Play", host: str) -> str:
    return ", ".join(spec.name for spec in play.balancers if host in spec.serves) or "no balancer"

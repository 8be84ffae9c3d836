"""`zdd lock`: the lease of a fleet, looked at and handled by a person."""

from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli import options
from zdd.cli.completing import fleets
from zdd.cli.saying import say

if TYPE_CHECKING:
    from zdd.cli.desk import Desk
    from zdd.engine.lease import Lease

app = typer.Typer(
    help="Look at the lease of a fleet, hold it, or take it from a run that is gone.", no_args_is_help=True
)
Fleet = Annotated[
    str,
    typer.Argument(
        metavar="FLEET",
        help="A fleet, a run of it, or a playbook with -i.",
        show_default=False,
        autocompletion=fleets,
    ),
]
Why = Annotated[str, typer.Option("--reason", "-m", metavar="TEXT", help="Why.", show_default=False)]


@app.command("list")
def list_(
    fleet: Fleet = "",
    *,
    files: options.Files,
    ask_become_pass: options.AskBecomePass = False,
    store: options.StoreAt = "",
) -> int:
    """Say who holds a fleet, machine by machine.

    zdd lock list shop@production
    """
    from zdd.cli.desk import opened
    from zdd.report.lease_text import lease_text

    with opened(store, password=ask_become_pass) as desk:
        lease = _lease(desk, fleet, files)
        typer.echo(lease_text(lease.fleet, lease.look(), [place.name for place in lease.places]))
    return 0


@app.command()
def take(
    fleet: Fleet,
    reason: Why,
    *,
    files: options.Files,
    ask_become_pass: options.AskBecomePass = False,
    store: options.StoreAt = "",
) -> int:
    """Hold a fleet, so that nobody deploys to it until `zdd lock release`.

    zdd lock take shop@production -m "network maintenance"
    """
    import shlex

    from zdd.cli.desk import opened
    from zdd.cli.typed import typed

    with opened(store, password=ask_become_pass) as desk:
        lease = _lease(desk, fleet, files)
        lease.hold(reason)
        then = typed().again(shlex.join(["zdd", "lock", "release", fleet]))
        say(f"{lease.fleet} is held: {reason}. Let go: {then}")
    return 0


@app.command()
def release(
    fleet: Fleet,
    *,
    files: options.Files,
    ask_become_pass: options.AskBecomePass = False,
    store: options.StoreAt = "",
) -> int:
    """Let go of a fleet that `zdd lock take` holds.

    zdd lock release shop@production
    """
    from zdd.cli.desk import opened

    with opened(store, password=ask_become_pass) as desk:
        lease = _lease(desk, fleet, files)
        let_go = lease.let_go()
        say(f"{lease.fleet} is free" if let_go else f"nobody held {lease.fleet}")
    return 0


@app.command()
def steal(
    fleet: Fleet,
    reason: Why,
    *,
    files: options.Files,
    ask_become_pass: options.AskBecomePass = False,
    store: options.StoreAt = "",
) -> int:
    """Take a fleet from whoever holds it. A run that held it changes nothing from then on.

    zdd lock steal shop@production -m "the controller is gone"
    """
    from zdd.cli.desk import opened
    from zdd.cli.fleets import fleet_of
    from zdd.cli.leasing import Keeping, shut_out

    with opened(store, password=ask_become_pass) as desk:
        play = fleet_of(desk, fleet, files)
        lease = Keeping.of_play(play).lease(desk)
        epoch = lease.take("stolen", reason, steal=True)
        missed = shut_out(desk, play, epoch)
        lease.release()
        say(f"{play.fleet} is free; whoever held it before changes nothing more (epoch {epoch})")
        if missed:
            say(f"not reached, and told by the next run: {', '.join(missed)}")
    return 0


def _lease(desk: "Desk", name: str, files: options.Files) -> "Lease":
    from zdd.cli.fleets import fleet_of
    from zdd.cli.leasing import Keeping

    return Keeping.of_play(fleet_of(desk, name, files)).lease(desk)

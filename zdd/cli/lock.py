"""`zdd lock`: the lease of a fleet, looked at and handled by a person."""

from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli import options

if TYPE_CHECKING:
    from zdd.cli.desk import Desk
    from zdd.engine.lease import Lease

app = typer.Typer(
    help="Look at the lease of a fleet, hold it, or take it from a run that is gone.", no_args_is_help=True
)
Fleet = Annotated[str, typer.Argument(help="A fleet, or a run of it.", show_default=False)]


@app.command("list")
def list_(fleet: Fleet = "", store: options.StoreAt = "") -> int:
    """Say who holds a fleet, machine by machine.

    zdd lock list shop@production
    """
    from zdd.cli.desk import opened
    from zdd.engine.lease import held_by

    with opened(store) as desk:
        lease = _lease(desk, fleet)
        for place, (epoch, record) in lease.look().items():
            holder = held_by(lease.fleet, record) if record else "free"
            typer.echo(f"{place}: {holder} (epoch {record.epoch if record else epoch})")
    return 0


@app.command()
def take(
    fleet: Fleet, reason: Annotated[str, typer.Option("--reason", "-m", help="Why.")], store: options.StoreAt = ""
) -> int:
    """Hold a fleet, so that nobody deploys to it until `zdd lock release`.

    zdd lock take shop@production -m "network maintenance"
    """
    from zdd.cli.desk import opened

    with opened(store) as desk:
        lease = _lease(desk, fleet)
        lease.hold(reason)
        typer.echo(f"{lease.fleet} is held: {reason}", err=True)
    return 0


@app.command()
def release(fleet: Fleet, store: options.StoreAt = "") -> int:
    """Let go of a fleet that `zdd lock take` holds.

    zdd lock release shop@production
    """
    from zdd.cli.desk import opened

    with opened(store) as desk:
        lease = _lease(desk, fleet)
        lease.let_go()
        typer.echo(f"{lease.fleet} is free", err=True)
    return 0


@app.command()
def steal(
    fleet: Fleet, reason: Annotated[str, typer.Option("--reason", "-m", help="Why.")], store: options.StoreAt = ""
) -> int:
    """Take a fleet from whoever holds it. A run that held it changes nothing from then on.

    zdd lock steal shop@production -m "the controller is gone"
    """
    from zdd.cli.desk import opened

    with opened(store) as desk:
        lease = _lease(desk, fleet)
        epoch = lease.take("stolen", reason, steal=True)
        lease.release()
        typer.echo(
            f"{lease.fleet} is free; whoever held it under an epoch below {epoch} changes nothing more", err=True
        )
    return 0


def _lease(desk: "Desk", name: str) -> "Lease":
    from zdd.cli.finding import found, state_of
    from zdd.cli.leasing import Keeping
    from zdd.errors import Usage

    record = found(desk, name)
    forward = state_of(desk, record.id).forward
    plays = (
        [play for play in forward.plays if play.fleet == name or not name or len(forward.plays) == 1] if forward else []
    )
    if not plays:
        raise Usage(f"run {record.id} never began; nothing is known of its fleet")
    return Keeping.of_play(plays[0]).lease(desk)

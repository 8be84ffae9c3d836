"""`zdd abandon`."""

from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli import options

if TYPE_CHECKING:
    from zdd.cli.desk import Desk
    from zdd.engine.lease import Lease
    from zdd.model import Play


def abandon(
    run: Annotated[str, typer.Argument(help="A run's id or its beginning.", show_default=False)],
    yes: options.Yes = False,
    reason: options.Reason = "",
    store: options.StoreAt = "",
) -> int:
    """Give up an unfinished run: hosts stay as they are, its marks go, and the next deploy may begin.

    zdd abandon 20261124-0203-a3f9 --reason "web3 is replaced"
    """
    from zdd.cli.desk import opened
    from zdd.cli.finding import found, state_of
    from zdd.cli.leasing import Keeping, leased
    from zdd.cli.running import confirmed

    with opened(store) as desk:
        record = found(desk, run)
        state = state_of(desk, record.id)
        plays = state.forward.plays if state.forward else ()
        confirmed(f"Give up run {record.id} of {', '.join(record.fleets)}? Its hosts stay as they are.", yes)
        with leased(desk, [Keeping.of_play(play) for play in plays], record.id, reason or "abandon") as leases:
            marked = [_unmark(desk, play, record.id, leases[play.fleet]) for play in plays]
        desk.store.ask(record.id, "abandon", reason)
    for host in (host for hosts in marked for host in hosts):
        typer.echo(f"{host} was not reached and keeps its mark", err=True)
    typer.echo(f"run {record.id} is given up", err=True)
    return 0


def _unmark(desk: "Desk", play: "Play", run: str, lease: "Lease") -> list[str]:
    """The run's marks, taken off; hosts that were not reached."""
    from zdd.errors import Lost
    from zdd.steps.mark import remove
    from zdd.steps.place import Home, login
    from zdd.transport.fence import Fenced

    missed = []
    for host, target in play.targets.items():
        endpoint = target.endpoint
        try:
            session = Fenced(desk.sessions.open(endpoint), endpoint, play.fleet, lease.epoch)
            session.run(remove(Home(endpoint.state, play.fleet), run).by(login(endpoint)))
        except Lost:
            missed.append(host)
    return missed

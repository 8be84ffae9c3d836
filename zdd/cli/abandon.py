"""`zdd abandon`."""

from typing import Annotated

import typer

from zdd.cli import options
from zdd.cli.saying import say


def abandon(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id or its beginning.", show_default=False)],
    playbook: Annotated[
        str,
        typer.Argument(metavar="PLAYBOOK", help="With -i: for a run of another store.", show_default=False),
    ] = "",
    *,
    files: options.Files,
    yes: options.Yes = False,
    reason: options.Reason = "",
    ask_become_pass: options.AskBecomePass = False,
    store: options.StoreAt = "",
) -> int:
    """Give up an unfinished run: hosts stay as they are, its marks go, and the next deploy may begin.

    zdd abandon 20261124-0203-a3f9 --reason "web3 is replaced"
    """
    from zdd.cli.desk import opened
    from zdd.cli.emergencies import reasoned
    from zdd.cli.finding import found
    from zdd.cli.fleets import plays_of
    from zdd.cli.leasing import Keeping, leased
    from zdd.cli.marks import take_marks_off
    from zdd.cli.running import confirmed
    from zdd.engine.lease import person

    reasoned(reason, ["abandon"])
    with opened(store, password=ask_become_pass) as desk:
        run = run if playbook else found(desk, run).id
        plays = plays_of(desk, playbook or run, files)
        fleets = ", ".join(play.fleet for play in plays)
        confirmed(f"Give up run {run} of {fleets}? Its hosts stay as they are.", yes)
        with leased(desk, [Keeping.of_play(play) for play in plays], run, reason) as leases:
            missed = [host for play in plays for host in take_marks_off(desk, play, run, leases[play.fleet].epoch)]
        if desk.store.has(run):
            desk.store.ask(run, "abandon", reason, person())
    for host in missed:
        say(f"{host} was not reached and keeps its mark")
    say(f"run {run} is given up; zdd status says what its hosts run")
    return 0

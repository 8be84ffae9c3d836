"""`zdd abandon`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli import options
from zdd.cli.saying import say

if TYPE_CHECKING:
    from zdd.cli.desk import Desk
    from zdd.model import Play


def abandon(
    run: options.RunName,
    playbook: Annotated[
        str,
        typer.Argument(metavar="PLAYBOOK", help="With -i: for a run of another store.", show_default=False),
    ] = "",
    *,
    files: options.Files,
    consent: options.Consent,
    ask_become_pass: options.AskBecomePass = False,
    store: options.StoreAt = "",
) -> int:
    """Give up an unfinished run: hosts stay as they are, its marks go, and the next deploy may begin.

    zdd abandon 20261124-0203-a3f9 --reason "web3 is replaced"
    """
    from zdd.cli.desk import opened
    from zdd.cli.emergencies import reasoned
    from zdd.cli.fleets import plays_of
    from zdd.cli.leasing import Keeping, leased
    from zdd.cli.marks import take_marks_off
    from zdd.cli.running import confirmed
    from zdd.engine.lease import person

    reasoned(consent.reason, ["abandon"])
    with opened(store, password=ask_become_pass) as desk:
        plays = plays_of(desk, playbook or run, files)
        run = _meant(desk, run, plays)
        fleets = ", ".join(play.fleet for play in plays)
        confirmed(f"Give up run {run} of {fleets}? Its hosts stay as they are.", consent.yes)
        with leased(desk, [Keeping.of_play(play) for play in plays], run, consent.reason) as leases:
            missed = [host for play in plays for host in take_marks_off(desk, play, run, leases[play.fleet].epoch)]
        if desk.store.has(run):
            desk.store.ask(run, "abandon", consent.reason, person())
    for host in missed:
        say(f"{host} was not reached and keeps its mark")
    say(f"run {run} is given up; zdd status says what its hosts run")
    return 0


def _meant(desk: "Desk", name: str, plays: "Sequence[Play]") -> str:
    """The run's id: of the store, or by the marks that hosts bear. Raises `Usage` where nothing of it is left to give
    up."""
    from zdd.cli.marks import marked
    from zdd.cli.unfinished import FINISHED, in_the_way
    from zdd.errors import Usage
    from zdd.journal.store import ambiguous, unknown

    fleets = [play.fleet for play in plays]
    known = [run for fleet in fleets for run in desk.store.runs(fleet)]
    left = dict.fromkeys([*marked(desk, plays), *(run.id for fleet in fleets for run in in_the_way(desk, fleet))])
    stopped = [run.id for run in known if run.code not in FINISHED and run.given_up is None]  # with or without a mark
    meant = (
        list(left) if name in fleets else [run for run in {**left, **dict.fromkeys(stopped)} if run.startswith(name)]
    )
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise ambiguous(name, meant)
    if ended := [run.id for run in known if run.id.startswith(name)]:
        raise Usage(f"run {ended[0]} has ended, and left no mark on a host: there is nothing to give up")
    if name in fleets:
        raise Usage(f"no run has left a mark on a host of {name}: there is nothing to give up")
    raise unknown(name, [*left, *(run.id for run in known)], "run")

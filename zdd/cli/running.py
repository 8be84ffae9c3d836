"""What resume and revert share: the question, and a run taken up from its journal."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zdd.cli.desk import Desk
    from zdd.cli.emergencies import Word


def confirmed(question: str, yes: bool) -> None:
    """A terminal is asked; elsewhere somebody must have said -y."""
    import typer

    from zdd.errors import Usage

    if yes:
        return
    if not sys.stdin.isatty():
        raise Usage("nobody is here to ask: say -y")
    typer.confirm(question, abort=True, err=True)


def go_on(
    desk: "Desk", run: str, words: "Sequence[Word]", reason: str, output: str, *, at_any_time: bool = False
) -> int:
    """Take the leases of the run's fleets, journal what was said of it, and walk it on."""
    from zdd.cli.carry import carry
    from zdd.cli.finding import state_of
    from zdd.cli.leasing import Keeping, leased
    from zdd.engine.lease import person
    from zdd.errors import Usage

    forward = state_of(desk, run).forward
    if forward is None:
        raise Usage(f"run {run} never began: deploy again")
    plays = forward.without([word.about for word in words if word.verb == "without-balancer"]).plays
    with leased(desk, [Keeping.of_play(play) for play in plays], run, reason) as leases:
        for word in words:
            desk.store.ask(run, word.verb, word.about, person(), word.why)
        return carry(desk, run, leases, output, at_any_time=at_any_time)

"""The ways around a rule (R16): whoever takes one says why, and the journal keeps it."""

from collections.abc import Sequence

from zdd.cli.desk import Desk
from zdd.engine.lease import person
from zdd.errors import Usage
from zdd.journal.state import State


def reasoned(reason: str, ways: Sequence[str]) -> None:
    """Raises `Usage` where a way was asked for without a reason."""
    if ways and not reason.strip():
        raise Usage(f"{', '.join(ways)}: an emergency way is journaled with its reason: say --reason")


def skipped(desk: Desk, run: str, state: State, hosts: Sequence[str], reason: str) -> None:
    """Journal that the run goes on without these hosts."""
    known = {host for play in (state.forward.plays if state.forward else ()) for host in play.targets}
    for host in hosts:
        if host not in known:
            raise Usage(f"--skip {host}: the run has no such host; it has {', '.join(sorted(known))}")
    for host in hosts:
        desk.store.ask(run, "skip", host, person(), reason)

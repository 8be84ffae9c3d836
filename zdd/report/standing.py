"""How a run and its hosts stand at this moment: the journal's word beside what was seen, and what to type next."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from zdd.journal.run_record import RunRecord
from zdd.journal.state import State
from zdd.report.exit_codes import commands
from zdd.report.explain import failures
from zdd.report.history_text import ending, why
from zdd.report.lease_text import Seen, held_in_short, is_held_by
from zdd.report.status_text import HostStatus, status_text
from zdd.report.times import date_time

OVER = (0, 21)


def standing(
    run: RunRecord,
    state: State,
    hosts: Sequence[HostStatus],
    leases: Mapping[str, Seen],
    again: Callable[[str], str] = str,
) -> str:
    """`leases`: fleet -> what the machines that keep its lease said. `again`: as in `explained`."""
    alive = any(is_held_by(seen, run.id) for seen in leases.values())
    parts = [
        "\n".join(_head(run, leases, alive)),
        status_text(hosts, run.id),
        "\n".join(failures(state)),
        "\n".join(f"next: {again(command)}" for command in _next(run, alive)),
    ]
    return "\n\n".join(filter(None, parts))


def _head(run: RunRecord, leases: Mapping[str, Seen], alive: bool) -> Iterator[str]:
    yield f"run {run.id}  {run.versions}  {_ending(run, alive)}"
    yield f"  begun {date_time(run.created)} by {run.by or 'nobody known'}: {why(run) or 'no reason given'}"
    for fleet, seen in leases.items():
        yield f"  lease of {fleet}: {held_in_short(seen)}"


def _ending(run: RunRecord, alive: bool) -> str:
    if run.code is None and run.given_up is None:
        return "is on" if alive else "did not end: its process is gone"
    return ending(run)


def _next(run: RunRecord, alive: bool) -> Sequence[str]:
    if alive or run.code in OVER or run.given_up is not None:
        return ()
    return commands(20 if run.code is None else run.code, run.id)

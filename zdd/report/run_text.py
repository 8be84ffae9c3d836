"""One run, event by event, as lines."""

from collections.abc import Iterable
from datetime import tzinfo

from zdd.journal.run_record import RunRecord
from zdd.journal.state import State, fold
from zdd.model import Event
from zdd.report.columns import columns
from zdd.report.history_text import ending, why
from zdd.report.narrator import Narrator
from zdd.report.recorded import recorded
from zdd.report.times import date_time
from zdd.report.told import told


def run_text(run: RunRecord, events: Iterable[Event], zone: tzinfo | None = None) -> str:
    """What it was, then what happened in it, in order."""
    narrator = Narrator()
    known = list(events)
    lines = (narrator.line(event) for event in known)
    head = [
        f"{run.id}  {' '.join(run.fleets)}  {run.versions}",
        f"begun {date_time(run.created, zone)}, {run.seq} events, {ending(run)}",
        *([f"by {run.by}: {why(run) or 'no reason given'}"] if run.by else []),
        *([f"playbook {run.playbook}"] if run.playbook else []),
        "",
        *(f"  {line}" for line in _hosts(fold(known))),
        "",
    ]
    return "\n".join([*head, *(told([line], zone) for line in lines if line)])


def _hosts(state: State) -> list[str]:
    """How each host came out of it, by the journal."""
    rows = [(h.host, h.release, {True: "serving", False: "out", None: "?"}[h.serving], h.note) for h in recorded(state)]
    return columns(("host", "release", "", ""), rows).splitlines() if rows else ["it never began"]

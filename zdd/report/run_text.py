"""One run, event by event, as lines."""

from collections.abc import Iterable
from datetime import tzinfo

from zdd.journal.run_record import RunRecord
from zdd.model import Event
from zdd.report.history_text import ending
from zdd.report.narrator import Narrator
from zdd.report.times import date_time
from zdd.report.told import told


def run_text(run: RunRecord, events: Iterable[Event], zone: tzinfo | None = None) -> str:
    """What it was, then what happened in it, in order."""
    narrator = Narrator()
    lines = (narrator.line(event) for event in events)
    head = [
        f"{run.id}  {' '.join(run.fleets)}  {run.versions}",
        f"begun {date_time(run.created, zone)}, {run.seq} events, {ending(run)}",
        *([f"playbook {run.playbook}"] if run.playbook else []),
        "",
    ]
    return "\n".join([*head, *(told([line], zone) for line in lines if line)])

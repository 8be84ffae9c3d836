"""The list of runs, newest first."""

from collections.abc import Sequence
from datetime import tzinfo

from zdd.journal.run_record import RunRecord
from zdd.report.columns import columns
from zdd.report.exit_codes import meaning
from zdd.report.times import date_time, span


def history_text(runs: Sequence[RunRecord], zone: tzinfo | None = None) -> str:
    """A row per run."""
    if not runs:
        return "no runs yet"
    return columns(("run", "fleet", "begun", "took", "what", "ended"), [_row(run, zone) for run in runs])


def _row(run: RunRecord, zone: tzinfo | None) -> tuple[str, ...]:
    what = run.versions if run.direction == "forward" else f"{run.versions}, reverted"
    return (
        run.id,
        " ".join(run.fleets),
        date_time(run.created, zone),
        span(run.last - run.created),
        what,
        ending(run),
    )


def ending(run: RunRecord) -> str:
    """The first words of what the exit code means; without one the run is alive, or its process died."""
    if run.code is None:
        return "not ended"
    return f"{run.code} {meaning(run.code).partition(';')[0].partition(':')[0]}"

"""The list of runs, newest first."""

from collections.abc import Sequence
from datetime import tzinfo

from zdd.journal.run_record import RunRecord
from zdd.report.columns import columns
from zdd.report.exit_codes import meaning
from zdd.report.times import date_time, span

HEADER = ("run", "fleet", "begun", "took", "what", "ended", "by", "why")


def history_text(runs: Sequence[RunRecord], zone: tzinfo | None = None) -> str:
    """A row per run."""
    if not runs:
        return "no runs yet"
    return columns(HEADER, [_row(run, zone) for run in runs])


def _row(run: RunRecord, zone: tzinfo | None) -> tuple[str, ...]:
    what = run.versions if run.direction == "forward" else f"{run.versions}, reverted"
    return (
        run.id,
        " ".join(run.fleets),
        date_time(run.created, zone),
        span(run.last - run.created),
        what,
        ending(run),
        run.by,
        why(run),
    )


def why(run: RunRecord) -> str:
    """The person's reason, and the emergency ways that it was for."""
    return f"{run.reason} ({run.around})" if run.around else run.reason


def ending(run: RunRecord) -> str:
    """The first words of what the exit code means; without one the run is alive, or its process died."""
    if run.given_up is not None:
        return f"given up: {run.given_up}" if run.given_up else "given up"
    if run.code is None:
        return "not ended"
    return f"{run.code} {meaning(run.code).partition(';')[0].partition(':')[0]}"

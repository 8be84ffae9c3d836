"""`zdd status -w`: a run as its own terminal shows it, on any other one with its store."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zdd.cli.desk import Desk
    from zdd.journal.run_record import RunRecord


def watch(desk: "Desk", record: "RunRecord", output: str) -> int:
    """Until the run stops; its exit code. Ctrl-C ends the watching, not the run: 0."""
    from zdd.cli.saying import say
    from zdd.cli.typed import typed
    from zdd.clock import SystemClock
    from zdd.journal.state import fold
    from zdd.journal.store import RunJournal
    from zdd.report.choose import chosen
    from zdd.report.explain import explained
    from zdd.report.following import follow

    journal = RunJournal(desk.store, record.id)
    past = journal.since(0)
    on = fold(past).code is None
    if on:
        say(f"watching run {record.id}: Ctrl-C ends the watching, not the run")
    reporter = chosen(output, run=record.id, since=journal.since, past=past, again=typed().again)

    def waits() -> Mapping[str, str]:
        return desk.store.waits(record.id)

    try:
        stopped = follow(journal.since, waits, reporter, past, SystemClock()) if on else past[-1]
    except KeyboardInterrupt:
        return 0
    finally:
        reporter.close()
    state = fold(journal.since(0))
    if state.code:
        say(explained(record.id, state.code, state, why=stopped.detail, again=typed().again))
    return state.code or 0

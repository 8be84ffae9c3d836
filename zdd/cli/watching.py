"""`zdd status -w`: a run as its own terminal shows it, on any other one with its store."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from zdd.cli.desk import Desk
    from zdd.clock import Clock
    from zdd.journal.run_record import RunRecord
    from zdd.report.lease_text import Seen

GONE = 20  # as halted: it can be carried on


def watch(desk: "Desk", record: "RunRecord", output: str) -> int:
    """Until the run stops; its exit code. Ctrl-C ends the watching, not the run: 0. One whose process is gone is as
    good as halted."""
    from zdd.cli.leasing import Keeping
    from zdd.cli.saying import say
    from zdd.cli.typed import typed
    from zdd.clock import SystemClock
    from zdd.journal.state import fold
    from zdd.journal.store import RunJournal
    from zdd.report.choose import chosen
    from zdd.report.explain import explained
    from zdd.report.following import follow

    journal = RunJournal(desk.store, record.id)
    past, clock = journal.since(0), SystemClock()
    state = fold(past)
    on = state.code is None and "abandon" not in state.asked
    if on:
        say(f"watching run {record.id}: Ctrl-C ends the watching, not the run")
    reporter = chosen(output, run=record.id, since=journal.since, past=past, again=typed().again)

    def waits() -> Mapping[str, str]:
        return desk.store.waits(record.id)

    leases = [Keeping.of_play(play).lease(desk) for play in (state.forward.plays if state.forward else ())]
    held = Held(record.id, leases, clock)
    try:
        stopped = follow(journal.since, waits, reporter, past, clock, held) if on else past[-1]
    except KeyboardInterrupt:
        return 0
    finally:
        reporter.close()
    state = fold(journal.since(0))
    code, why = (state.code or 0, stopped.detail) if stopped else (GONE, "its process is gone")
    if code:
        say(explained(record.id, code, state, why=why, again=typed().again))
    return code


class Looks(Protocol):
    """A lease, as far as it is looked at."""

    def look(self) -> "Seen": ...


class Held:
    """Whether somebody has the run, as the machines say that keep its leases. One whose beat stands still is gone."""

    def __init__(self, run: str, leases: "Sequence[Looks]", clock: "Clock") -> None:
        self._run, self._leases, self._clock = run, leases, clock
        self._last: list[Seen] = []
        self._since = 0.0  # when they were last seen to move

    def __call__(self) -> bool:
        from zdd.engine.lease import STALE
        from zdd.report.lease_text import is_held_by

        seen: list[Seen] = [lease.look() for lease in self._leases]
        if not all(seen):
            return True  # nobody can tell
        now = self._clock.now()
        if seen != self._last:
            self._last, self._since = seen, now
        return any(is_held_by(one, self._run) for one in seen) and now - self._since < STALE

"""A run looked on at through its journal, from another process. The run does not notice."""

from collections.abc import Callable, Mapping, Sequence

from zdd.clock import Clock
from zdd.model import Event
from zdd.report import Reporter
from zdd.report.roster import Roster

EVERY = 0.5  # seconds between two looks into the journal
SILENCE = 10.0  # seconds without an event, after which it is asked whether anybody still has the run


def follow(
    since: Callable[[int], Sequence[Event]],
    waits: Callable[[], Mapping[str, str]],
    reporter: Reporter,
    past: Sequence[Event],
    clock: Clock,
    alive: Callable[[], bool],
) -> Event | None:
    """Tell what comes after the past until the run stops; returns that event, or None where nobody has the run any
    more. `waits`: task id -> what it waits for. `alive`: whether somebody has it, for all that can be told."""
    roster, seq, silent = Roster(), past[-1].seq if past else 0, 0.0
    for event in past:
        roster.event(event)
    while True:
        for event in since(seq):
            seq, silent = event.seq, 0.0
            roster.event(event)
            reporter.event(event, None)
            if event.kind == "run.stopped":
                return event
        for id, text in waits().items():
            if task := roster.known(id):
                reporter.waits(task, text)
        clock.sleep(EVERY)
        silent += EVERY
        if silent >= SILENCE:
            silent = 0.0
            if not alive() and not since(seq):  # it may have ended while that was asked
                return None

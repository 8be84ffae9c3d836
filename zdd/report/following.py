"""A run looked on at through its journal, from another process. The run does not notice."""

from collections.abc import Callable, Mapping, Sequence

from zdd.clock import Clock
from zdd.model import Event
from zdd.report import Reporter
from zdd.report.roster import Roster

EVERY = 0.5  # seconds between two looks into the journal


def follow(
    since: Callable[[int], Sequence[Event]],
    waits: Callable[[], Mapping[str, str]],
    reporter: Reporter,
    past: Sequence[Event],
    clock: Clock,
) -> Event:
    """Tell what comes after the past until the run stops; returns that event. `waits`: task id -> what it waits for."""
    roster, seq = Roster(), past[-1].seq if past else 0
    for event in past:
        roster.event(event)
    while True:
        for event in since(seq):
            seq = event.seq
            roster.event(event)
            reporter.event(event, None)
            if event.kind == "run.stopped":
                return event
        for id, text in waits().items():
            if task := roster.known(id):
                reporter.waits(task, text)
        clock.sleep(EVERY)

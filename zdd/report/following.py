"""A run looked on at through its journal, from another process. The run does not notice."""

from collections.abc import Callable, Sequence

from zdd.clock import Clock
from zdd.model import Event
from zdd.report import Reporter

EVERY = 0.5  # seconds between two looks into the journal


def follow(since: Callable[[int], Sequence[Event]], reporter: Reporter, seq: int, clock: Clock) -> Event:
    """Tell what comes after `seq` until the run stops; returns that event."""
    while True:
        for event in since(seq):
            seq = event.seq
            reporter.event(event, None)
            if event.kind == "run.stopped":
                return event
        clock.sleep(EVERY)

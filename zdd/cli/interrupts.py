"""Ctrl-C and SIGTERM outside of a run: the first ends the verb in order, the second at once. A run has its own way."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from zdd.cli.saying import say
from zdd.errors import Interrupted

STOPPING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator[None]:
    """Raises `Interrupted` wherever the verb is. A terminal that closes stops nothing (R19)."""

    def at_once(number: int, frame: FrameType | None) -> None:
        os._exit(128 + number)

    def in_order(number: int, frame: FrameType | None) -> None:
        for one in STOPPING:
            signal.signal(one, at_once)
        say("stopping; once more ends it at once")
        raise Interrupted("interrupted", 128 + number)

    before = {number: signal.signal(number, in_order) for number in STOPPING}
    before[signal.SIGHUP] = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

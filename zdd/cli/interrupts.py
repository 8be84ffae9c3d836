"""Ctrl-C and SIGTERM outside of a run: the first ends the verb in order, the second at once. A run has its own way."""

import os
import signal
from types import FrameType

from zdd.cli.saying import say
from zdd.errors import Interrupted

STOPPING = (signal.SIGINT, signal.SIGTERM)


def heed_signals() -> None:
    """From now on they raise `Interrupted` wherever the verb is. A terminal that closes stops nothing (R19)."""
    for number in STOPPING:
        signal.signal(number, _in_order)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _in_order(number: int, frame: FrameType | None) -> None:
    for one in STOPPING:
        signal.signal(one, _at_once)
    say("stopping; once more ends it at once")
    raise Interrupted("interrupted", 128 + number)


def _at_once(number: int, frame: FrameType | None) -> None:
    """Threads that wait for machines are not waited for."""
    os._exit(128 + number)

"""Time comes in as an argument, so that a test can hold it in its hand."""

import time
from typing import Protocol


class Clock(Protocol):
    """What passes and what the calendar says; the two are never compared."""

    def now(self) -> float:
        """Seconds that only ever go forward: for deadlines and durations."""

    def wall(self) -> float:
        """Seconds since 1970: for people, never for decisions between machines."""

    def sleep(self, seconds: float) -> None:
        """Let others go on for so long."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        return time.monotonic()

    def wall(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

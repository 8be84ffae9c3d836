"""What a verb says to whoever watches, on stderr; data goes to stdout. A terminal that is gone stops nothing (R19)."""

import sys

from zdd.report.outlet import Outlet


def say(text: str) -> None:
    Outlet(sys.stderr).line(text)

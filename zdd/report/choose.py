"""Which reporter a run gets: what was asked for, and what the terminal and the environment can bear."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import tzinfo
from typing import Literal

from zdd.clock import Clock, SystemClock
from zdd.errors import Usage
from zdd.model import Event
from zdd.report import Reporter
from zdd.report.jsonl import JsonLines
from zdd.report.outlet import Outlet
from zdd.report.plain import Plain
from zdd.report.pulse import Pulse
from zdd.report.quiet import Quiet

Output = Literal["live", "plain", "jsonl", "quiet"]


def chosen(
    output: str,
    *,
    run: str = "",
    since: Callable[[int], Iterable[Event]] | None = None,
    past: Iterable[Event] = (),
    again: Callable[[str], str] = str,
    clock: Clock | None = None,
    environment: Mapping[str, str] = os.environ,
    zone: tzinfo | None = None,
) -> Reporter:
    """`since`: the run's journal, for lines without gaps. `past`: what happened before anyone watches. `again`: as in
    `explained`.

    Data goes to stdout, progress to stderr.
    """
    clock = clock or SystemClock()
    err = Outlet(sys.stderr)
    match resolved(output, err.isatty(), environment):
        case "live":
            from zdd.report.live import LiveView
            from zdd.report.screen import screen

            return LiveView(screen(err, environment), clock, past)
        case "plain":
            return Pulse(Plain(err, zone, past), clock)
        case "jsonl":
            return JsonLines(Outlet(sys.stdout), run, since, past, again)
        case "quiet":
            return Quiet()


def resolved(output: str, terminal: bool, environment: Mapping[str, str]) -> Output:
    """`auto` is live on a terminal that a person looks at; in CI and on dumb terminals it is plain."""
    match output:
        case "live" | "plain" | "jsonl" | "quiet":
            return output
        case "auto":
            watched = terminal and not environment.get("CI") and environment.get("TERM") != "dumb"
            return "live" if watched else "plain"
    raise Usage(f"--output {output}: it is one of auto, live, plain, jsonl, quiet")

"""A terminal as Rich sees it, with the rules that people set in their environment."""

from collections.abc import Mapping
from typing import IO, cast

from rich.console import Console

from zdd.report.outlet import Outlet


def screen(outlet: Outlet, environment: Mapping[str, str]) -> Console:
    """NO_COLOR takes the colours away and leaves the drawing, FORCE_COLOR gives them to what is no terminal."""
    plain = bool(environment.get("NO_COLOR"))
    forced = bool(environment.get("FORCE_COLOR")) and not plain
    return Console(
        file=cast(IO[str], outlet),
        force_terminal=True if forced or outlet.isatty() else None,
        no_color=plain,
        highlight=False,
        _environ=environment,
    )

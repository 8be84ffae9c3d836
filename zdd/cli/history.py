"""`zdd history`."""

from typing import Annotated

import typer

from zdd.cli import options
from zdd.cli.completing import fleets


def history(
    fleet: Annotated[
        str, typer.Argument(metavar="FLEET", help="Only this fleet.", show_default=False, autocompletion=fleets)
    ] = "",
    store: options.StoreAt = "",
) -> int:
    """List the runs of the store, newest first.

    zdd history shop@production
    """
    from zdd.cli.desk import opened
    from zdd.journal.store import unknown
    from zdd.report.history_text import history_text

    with opened(store) as desk:
        runs = desk.store.runs()
        fleets = list(dict.fromkeys(name for run in runs for name in run.fleets))
        if fleet and fleet not in fleets:
            raise unknown(fleet, fleets, "fleet")
        typer.echo(history_text([run for run in runs if not fleet or fleet in run.fleets]))
    return 0

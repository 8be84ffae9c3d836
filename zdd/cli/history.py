"""`zdd history`."""

from typing import Annotated

import typer

from zdd.cli import options


def history(
    fleet: Annotated[str, typer.Argument(metavar="FLEET", help="Only this fleet.", show_default=False)] = "",
    store: options.StoreAt = "",
) -> int:
    """List the runs of the store, newest first.

    zdd history shop@production
    """
    from zdd.cli.desk import opened
    from zdd.report.history_text import history_text

    with opened(store) as desk:
        typer.echo(history_text(desk.store.runs(fleet or None)))
    return 0

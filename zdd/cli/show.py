"""`zdd show`."""

import typer

from zdd.cli import options


def show(run: options.RunName = "", store: options.StoreAt = "") -> int:
    """Print everything that a run did, from its journal.

    zdd show 20261124-0203-a3f9
    """
    from zdd.cli.desk import opened
    from zdd.cli.finding import found
    from zdd.report.run_text import run_text

    with opened(store) as desk:
        record = found(desk, run)
        typer.echo(run_text(record, desk.store.since(record.id, 0)))
    return 0

"""`zdd show`."""

from pathlib import Path
from typing import Annotated

import typer

from zdd.cli import options


def show(
    run: options.RunName = "",
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="With --html: where the page goes; - is stdout.", show_default="RUN.html"),
    ] = None,
    html: Annotated[bool, typer.Option("--html", help="One page for a browser, with nothing to fetch.")] = False,
    store: options.StoreAt = "",
) -> int:
    """Print everything that a run did, from its journal; or picture it.

    zdd show 20261124-0203-a3f9 --html report.html
    """
    from zdd.cli.desk import opened
    from zdd.cli.finding import found
    from zdd.errors import Usage
    from zdd.report.page import page
    from zdd.report.run_text import run_text

    if html and not file and run.endswith(".html"):  # no run has such a name: of the newest, then
        run, file = "", Path(run)
    if file and not html:
        raise Usage(f"what is {file} for? --html writes a page there")
    with opened(store) as desk:
        record = found(desk, run)
        events = desk.store.since(record.id, 0)
        if html:
            _write(page(record, events), file or Path(f"{record.id}.html"))
        else:
            typer.echo(run_text(record, events))
    return 0


def _write(text: str, file: Path) -> None:
    from zdd.errors import Usage

    if str(file) == "-":
        typer.echo(text)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Usage(f"{file} cannot be written: {error.strerror}") from error
    typer.echo(str(file))

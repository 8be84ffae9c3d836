"""What a shell offers at TAB beside verbs and options: the runs and fleets of the store. It never says a word."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from zdd.journal.run_record import RunRecord


def runs(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Fleets, and runs with how they ended, the newest first."""
    return [*fleets(ctx, incomplete), *_begun(incomplete, _runs(_known(ctx)))]


def fleets(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Each with what its newest run was."""
    newest = {fleet: run.versions for run in reversed(_known(ctx)) for fleet in run.fleets}
    return _begun(incomplete, newest.items())


def _runs(known: "list[RunRecord]") -> Iterator[tuple[str, str]]:
    from zdd.report.history_text import ending

    return ((run.id, f"{run.versions}, {ending(run)}") for run in known)


def _begun(incomplete: str, known: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, about) for name, about in known if name.startswith(incomplete)]


def _known(ctx: typer.Context) -> "list[RunRecord]":
    """Of a store in a folder: a database may be far away. None is made at TAB, and one that cannot be read has none."""
    import os
    from contextlib import closing
    from pathlib import Path

    from zdd.errors import ZddError
    from zdd.journal.store import Store, default_folder

    place = str(ctx.params.get("store") or os.environ.get("ZDD_STORE") or default_folder(os.environ))
    if not Path(place).expanduser().is_dir():
        return []
    try:
        with closing(Store.open(place)) as store:
            return store.runs()
    except ZddError:
        return []

"""A program that reads JSON lines is answered in them, also where nothing was begun."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def answered(output: str) -> Iterator[None]:
    """A refusal is the summary: its exit code, why, and that nothing was touched."""
    from zdd.cli.ending import code_of, then
    from zdd.cli.vaults import vault
    from zdd.errors import ZddError
    from zdd.report.jsonl import JsonLines
    from zdd.report.outlet import Outlet

    try:
        yield
    except ZddError as error:
        if output == "jsonl":
            JsonLines(Outlet(sys.stdout)).summary(code_of(error), (), vault().veil(str(error)), then(error))
        raise

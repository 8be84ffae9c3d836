"""Rows of text under each other, as wide as they need to be. The same on a terminal and in a pipe."""

from collections.abc import Sequence


def columns(header: Sequence[str], rows: Sequence[Sequence[str]], indent: str = "") -> str:
    """A header and rows, columns two spaces apart."""
    widths = [max(len(cell) for cell in column) for column in zip(header, *rows, strict=True)]
    return "\n".join(indent + _row(row, widths) for row in (header, *rows))


def _row(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()

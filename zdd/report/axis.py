"""Time as a width. Hours in which nothing happened, between a halt and its resume, take no more room than a pause."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONG = 60.0  # seconds that a silence must last to be cut short
SHARE = 0.04  # of the busy time that a silence then takes
TICKS = 8  # about so many
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of time, and where it lies: 0 to 100."""

    since: float
    until: float
    left: float
    right: float
    silent: bool


class Axis:
    """Where each moment lies, as a percentage of the width."""

    def __init__(self, spans: Iterable[tuple[float, float]]) -> None:
        stretches = list(_stretches(sorted(spans)))
        busy = sum(until - since for since, until, silent in stretches if not silent) or 1.0
        widths = [busy * SHARE if silent else until - since for since, until, silent in stretches]
        unit, left = 100.0 / (sum(widths) or 1.0), 0.0
        self.pieces: list[Piece] = []
        for (since, until, silent), width in zip(stretches, widths, strict=True):
            self.pieces.append(Piece(since, until, left, left + width * unit, silent))
            left += width * unit

    def x(self, at: float) -> float:
        """What lies outside is at the edge."""
        for piece in self.pieces:
            if at <= piece.until:
                share = (at - piece.since) / (piece.until - piece.since) if piece.until > piece.since else 0.0
                return round(piece.left + max(0.0, share) * (piece.right - piece.left), 3)
        return 100.0 if self.pieces else 0.0

    @property
    def ticks(self) -> list[float]:
        """Round moments of the calendar, none within a silence."""
        busy = sum(piece.until - piece.since for piece in self.pieces if not piece.silent)
        step = next((step for step in STEPS if busy / step <= TICKS), STEPS[-1])
        return [
            float(at)
            for piece in self.pieces
            if not piece.silent
            for at in range(-int(-piece.since // step) * step, int(piece.until) + 1, step)
        ]


def _stretches(spans: list[tuple[float, float]]) -> Iterator[tuple[float, float, bool]]:
    """Busy and silent ones in turn."""
    if not spans:
        return
    since, until = spans[0]
    for begins, ends in spans[1:]:
        if begins - until > LONG:
            yield since, until, False
            yield until, begins, True
            since = begins
        until = max(until, ends)
    yield since, until, False

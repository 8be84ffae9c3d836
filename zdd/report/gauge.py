"""A bar that can be read without colours: what is done, what failed, what is left."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment

DONE, FAILED, LEFT = "━", "×", "·"


@dataclass(frozen=True, slots=True)
class Gauge:
    """As wide as there is room for. One that failed shows, however many there are."""

    done: int
    failed: int
    total: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        failed = _share(self.failed, self.total, width)
        done = min(_share(self.done, self.total, width, down=True), width - failed)
        for text, style in ((DONE * done, "green"), (FAILED * failed, "red"), (LEFT * (width - done - failed), "dim")):
            yield Segment(text, console.get_style(style))


def _share(part: int, total: int, width: int, *, down: bool = False) -> int:
    """Cells. Never full before all is done, never empty for what there is."""
    if not part or not total:
        return 0
    cells = part * width // total
    return cells if down else max(1, cells)

"""The board as it stands on the screen: never more lines than the terminal has, however many hosts there are."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from zdd.report.board import Bar, Board, Row
from zdd.report.hosts import folded
from zdd.report.narrator import Line
from zdd.report.times import span

BARS = 7  # batches shown at once; those before and after are summed up
FAILURES = 5
LEAST_ROWS = 3


def live_view(board: Board, now: float, height: int) -> RenderableType:
    """Title, a bar per batch, hosts in flight with the slowest first, failures at the bottom."""
    bars = list(_bars(board.bars))
    failures = list(_failures(board.failures))
    room = max(LEAST_ROWS, height - 3 - len(bars) - len(failures))
    return Group(_title(board, now), *bars, *_rows(list(board.rows.values()), now, room), *failures, *_last(board))


def _title(board: Board, now: float) -> RenderableType:
    done, total = board.hosts
    table = Table.grid(expand=True, padding=(0, 1))
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(justify="right", no_wrap=True)
    passed = (board.ended or now) - board.began if board.began else 0.0
    table.add_row(Text(board.title, style="bold"), f"{done}/{total} hosts  {span(passed)}")
    return table


def _bars(bars: Sequence[Bar]) -> Iterable[RenderableType]:
    """Around the first batch that is not over yet."""
    at = next((n for n, bar in enumerate(bars) if not bar.over), len(bars))
    first = max(0, min(at - 2, len(bars) - BARS))
    before, shown, after = bars[:first], bars[first : first + BARS], bars[first + BARS :]
    if before:
        yield Text(f"  {len(before)} batches before are over", style="dim")
    yield from (_bar(bar) for bar in shown)
    if after:
        yield Text(f"  {len(after)} batches to come", style="dim")


def _bar(bar: Bar) -> RenderableType:
    table = Table.grid(expand=True, padding=(0, 1))
    table.add_column(width=24, no_wrap=True, overflow="ellipsis")
    table.add_column(ratio=1)
    table.add_column(width=21, no_wrap=True, justify="right")
    style = "red" if bar.failed else "green" if bar.over else "cyan"
    progress = ProgressBar(total=bar.total, completed=len(bar.done), complete_style=style, finished_style=style)
    failed = f"{len(bar.failed)} failed  " if bar.failed else ""
    table.add_row(Text("  " + bar.name), progress, Text(f"{failed}{len(bar.done)}/{bar.total}", style=style))
    return table


def _rows(rows: list[Row], now: float, room: int) -> Iterable[RenderableType]:
    rows = sorted(rows, key=lambda row: row.since)
    shown = rows if len(rows) <= room else rows[: room - 1]
    if shown:
        table = Table.grid(expand=True, padding=(0, 1))
        table.add_column(no_wrap=True, overflow="ellipsis", max_width=24)
        table.add_column(no_wrap=True, overflow="ellipsis", max_width=24)
        table.add_column(no_wrap=True, justify="right")
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        for row in shown:
            table.add_row("  " + row.who, str(row.task), span(now - row.since), Text(row.waits, style="yellow"))
        yield table
    if len(shown) < len(rows):
        yield Text(f"  and {len(rows) - len(shown)} more in flight", style="dim")


def _failures(failures: Sequence[Line]) -> Iterable[RenderableType]:
    """One line for all hosts to which the same happened; the newest are shown."""
    grouped: dict[tuple[str, str], list[Line]] = {}
    for line in failures:
        grouped.setdefault((line.what, line.detail), []).append(line)
    groups = list(grouped.items())
    if len(groups) > FAILURES:
        yield Text(f"  {len(groups) - FAILURES} failures before these", style="red")
    for (what, detail), lines in groups[-FAILURES:]:
        why = f": {detail.strip().splitlines()[0]}" if detail.strip() else ""
        yield Text(f"! {folded(line.who for line in lines)} {what}{why}", "bold red", no_wrap=True, overflow="ellipsis")


def _last(board: Board) -> Iterable[RenderableType]:
    line = board.last
    if line:
        why = f": {line.detail}" if line.detail else ""
        yield Text(f"  {line.what}{why}", style="bold", no_wrap=True, overflow="ellipsis")

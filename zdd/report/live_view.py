"""The board as it stands on the screen: never more lines than the terminal has, however many hosts there are."""

import re
from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from zdd.report.board import Bar, Board, Row
from zdd.report.gauge import Gauge
from zdd.report.hosts import folded
from zdd.report.narrator import Line
from zdd.report.times import span
from zdd.report.titles import title

BARS = 7  # batches shown at once; those before and after are summed up
FAILURES, FEW = 5, 2
LOW = 16  # lines of a terminal that has no room for long reasons
LEAST_ROWS = 3
NARROW = 64  # columns that have no room for the run's name beside how many serve
SERVER = re.compile(r"https?://[^/\s]+(?=/)")
MARKS = {"failed": ("!", "red"), "over": ("✓", "green"), "on": ("›", "cyan"), "to come": (" ", "dim")}


def live_view(board: Board, now: float, height: int, width: int = 80) -> RenderableType:
    """Title, a bar per batch, hosts in flight with the slowest first, failures at the bottom."""
    head, bars = list(_head(board, now, width)), list(_bars(board, max(1, min(BARS, height // 3)), width))
    failures = list(_failures(board.failures, width, height))
    room = max(LEAST_ROWS, height - 2 - len(head) - len(bars) - len(failures))
    return Group(*head, *bars, *_rows(list(board.rows.values()), now, room), *failures, *_last(board))


def _head(board: Board, now: float, width: int) -> Iterable[RenderableType]:
    """What is done since when, and how many serve: red below the floor. The run's name is given whole or not at all."""
    done, total = board.hosts
    passed = (board.ended or now) - board.began if board.began else 0.0
    yield _two(Text(board.title, style="bold"), Text(f"{done} of {total} hosts done  {span(passed)}"))
    for number, fleet in enumerate(board.serving.fleets.values()):
        name = f"{fleet.name}: " if len(board.serving.fleets) > 1 else ""
        style = "bold red" if fleet.serving < fleet.floor else "green"
        run = f"run {board.run}" if number == 0 and width >= NARROW else ""
        stays = ": nobody may leave" if board.on and not board.rows and fleet.serving <= fleet.floor else ""
        yield _two(Text(f"  {name}{fleet}, at least {fleet.floor} must{stays}", style), Text(run, "dim"))


def _two(left: Text, right: Text) -> RenderableType:
    table = Table.grid(expand=True, padding=(0, 1))
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(justify="right", no_wrap=True)
    table.add_row(left, right)
    return table


def _bars(board: Board, most: int, width: int) -> Iterable[RenderableType]:
    """Around the first batch that is not over yet."""
    bars = board.bars
    at = next((n for n, bar in enumerate(bars) if not bar.over), len(bars))
    first = max(0, min(at - most // 3, len(bars) - most))
    before, shown, after = bars[:first], bars[first : first + most], bars[first + most :]
    if before:
        yield Text(f"  {_batches(before)} before {_are(before)} over", style="dim")
    yield from (_bar(bar, board.rows, width) for bar in shown)
    if after:
        yield Text(f"  {_batches(after)} to come", style="dim")


def _batches(bars: Sequence[Bar]) -> str:
    return "1 batch" if len(bars) == 1 else f"{len(bars)} batches"


def _are(bars: Sequence[Bar]) -> str:
    return "is" if len(bars) == 1 else "are"


def _bar(bar: Bar, rows: dict[str, Row], width: int) -> RenderableType:
    mark, style = MARKS[_standing(bar, rows)]
    table = Table.grid(expand=True, padding=(0, 1))
    table.add_column(width=1)
    table.add_column(width=min(26, width // 3), no_wrap=True, overflow="ellipsis")
    table.add_column(ratio=1)
    table.add_column(no_wrap=True, justify="right", min_width=7)
    hosts = folded(host for host in bar.members if host)
    name = Text.assemble(bar.name, (f"  {hosts}", "dim"))
    failed = f"{len(bar.failed)} failed  " if bar.failed else ""
    table.add_row(mark, name, Gauge(len(bar.done), len(bar.failed), bar.total), f"{failed}{len(bar.done)}/{bar.total}")
    table.columns[0].style = table.columns[3].style = style
    return table


def _standing(bar: Bar, rows: dict[str, Row]) -> str:
    if bar.failed:
        return "failed"
    if bar.over:
        return "over"
    begun = bar.done or any(row.bar is bar for row in rows.values())
    return "on" if begun else "to come"


def _rows(rows: list[Row], now: float, room: int) -> Iterable[RenderableType]:
    rows = sorted(rows, key=lambda row: row.since)
    shown = rows if len(rows) <= room else rows[: room - 1]
    if shown:
        table = Table.grid(expand=True, padding=(0, 1))
        table.add_column(no_wrap=True, overflow="ellipsis", max_width=20)
        table.add_column(no_wrap=True, overflow="ellipsis", max_width=22)
        table.add_column(no_wrap=True, justify="right", min_width=5)
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1, style="yellow")
        table.add_column(no_wrap=True, justify="right", style="yellow")
        for row in shown:
            table.add_row(f"  {row.who}", title(row.task), span(now - row.since), *_waits(row.waits))
        yield table
    if len(shown) < len(rows):
        yield Text(f"  and {len(rows) - len(shown)} more in flight", style="dim")


def _waits(text: str) -> tuple[str, str]:
    """What for, and how long still: a narrow terminal may cut the first and never the second."""
    what, comma, left = text.rpartition(", ")
    return (_short(what), left) if comma and " left of " in left else (_short(text), "")


def _short(text: str) -> str:
    """The host's own address is on every line about it, and what it answers at the end of each."""
    return SERVER.sub("", text)


def _failures(failures: Sequence[Line], width: int, height: int) -> Iterable[Text]:
    """One for all hosts to which the same happened; the newest are shown. Few of them have two lines each: the end of a
    reason is often what counts."""
    grouped: dict[tuple[str, str, str], list[Line]] = {}
    for line in failures:
        grouped.setdefault((line.what, _alike(line), line.origin), []).append(line)
    groups = list(grouped.items())
    if len(groups) > FAILURES:
        yield Text(f"  {len(groups) - FAILURES} failures before these", style="red")
    rows = 2 if len(groups) <= FEW and height >= LOW else 1
    for (what, _, origin), lines in groups[-FAILURES:]:
        detail = _short(lines[0].detail).strip()
        why = f": {detail.splitlines()[0]}" if detail else ""
        where = f" at {origin}" if origin and rows > 1 else ""
        text = f"! {folded(line.who for line in lines)} {what}{where}{why}"
        for start in range(0, min(len(text), rows * width), width):
            last = start == (rows - 1) * width
            shown = text[start:] if last else text[start : start + width]
            yield Text(shown, "bold red", no_wrap=True, overflow="ellipsis")


def _alike(line: Line) -> str:
    """What is the same for hosts that fail alike: each of them says its own name."""
    return _short(line.detail).replace(line.who, "it") if line.who else line.detail


def _last(board: Board) -> Iterable[RenderableType]:
    line = board.last
    if line:
        why = f": {line.detail}" if line.detail else ""
        yield Text(f"  {line.what}{why}", style="bold", no_wrap=True, overflow="ellipsis")

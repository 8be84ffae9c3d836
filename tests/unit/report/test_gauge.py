"""The bar of a batch."""

import io

import pytest
from rich.console import Console

from zdd.report.gauge import Gauge


@pytest.mark.parametrize(
    ("done", "failed", "total", "drawn"),
    [
        (0, 0, 4, "········"),
        (1, 0, 4, "━━······"),
        (4, 0, 4, "━━━━━━━━"),
        (3, 1, 4, "━━━━━━××"),
        (0, 1, 500, "×·······"),
        (499, 0, 500, "━━━━━━━·"),
        (499, 1, 500, "━━━━━━━×"),
        (0, 0, 0, "········"),
    ],
)
def test_it_reads_without_colours(done: int, failed: int, total: int, drawn: str) -> None:
    console = Console(file=io.StringIO(), width=8, color_system=None, _environ={})
    with console.capture() as capture:
        console.print(Gauge(done, failed, total), end="")
    assert capture.get().rstrip("\n") == drawn

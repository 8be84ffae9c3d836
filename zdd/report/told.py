"""A line of a run as text, one for all hosts to which the same happened."""

from collections.abc import Sequence
from datetime import tzinfo

from zdd.report.hosts import folded
from zdd.report.narrator import Line
from zdd.report.times import clock_time, span

LAST = 20  # lines of a host's own output


def told(lines: Sequence[Line], zone: tzinfo | None = None) -> str:
    """`12:00:03 web[1-3] stage ok (0.2s to 0.9s)`; what a failed host said itself stands indented below."""
    first = lines[0]
    detail = first.detail.strip().splitlines()
    head = [clock_time(first.at, zone), folded(line.who for line in lines), first.what, _took(lines)]
    text = " ".join(part for part in head if part) + (f": {detail[0]}" if detail else "")
    below = [*detail[1:], *first.output.strip().splitlines()[-LAST:]]
    return "\n".join([text, *(f"    {line}" for line in below)])


def _took(lines: Sequence[Line]) -> str:
    spans = sorted(line.took for line in lines if line.took is not None)
    if not spans:
        return ""
    quickest, slowest = span(spans[0]), span(spans[-1])
    return f"({slowest})" if quickest == slowest else f"({quickest} to {slowest})"

"""A line of a run as text, one for all hosts to which the same happened."""

from collections.abc import Sequence
from datetime import tzinfo

from zdd.report.hosts import folded
from zdd.report.narrator import Line
from zdd.report.times import clock_time, span

LAST = 20  # lines of a host's own output


def told(lines: Sequence[Line], zone: tzinfo | None = None, width: int = 0, after: str = "") -> str:
    """`12:00:03 web[1-3] stage ok (0.2s to 0.9s)`; what a failed host said itself stands indented below.

    `width` is that of the names, so that what happened stands under each other. `after`: how things stand now.
    """
    first = lines[0]
    detail = first.detail.strip().splitlines()
    who = folded(line.who for line in lines).ljust(width if first.who else 0)
    origin = f"at {first.origin}" if first.origin else ""
    text = " ".join(part for part in (clock_time(first.at, zone), who, first.what, _took(lines), origin) if part)
    facts = [first.slow if len(lines) == 1 else "", detail[0] if detail else ""]
    text += "".join(f": {fact}" for fact in facts if fact) + (f"; {after}" if after else "")
    below = [*detail[1:], *first.output.strip().splitlines()[-LAST:]]
    return "\n".join([text, *(f"    {line}" for line in below)])


def _took(lines: Sequence[Line]) -> str:
    spans = sorted(line.took for line in lines if line.took is not None)
    if not spans:
        return ""
    quickest, slowest = span(spans[0]), span(spans[-1])
    return f"({slowest})" if quickest == slowest else f"({quickest} to {slowest})"

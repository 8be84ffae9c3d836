"""An inventory, printed: its groups, and what one host's variables are and where each was set."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from zdd.report.columns import columns
from zdd.report.hosts import folded


class Set(Protocol):
    """A variable's value, and the "file:line:column" that gives it."""

    @property
    def value(self) -> Any: ...

    @property
    def place(self) -> str: ...


def groups_text(groups: Mapping[str, Sequence[str]]) -> str:
    """A line for each group. Empty ones are shown as well: they match no pattern."""
    rows = [(name, str(len(hosts)), folded(hosts)) for name, hosts in groups.items()]
    return columns(("group", "hosts", ""), rows)


def variables_text(variables: Mapping[str, Sequence[Set]], *, explain: bool) -> str:
    """YAML, names in order. Explained: behind each value where it was set, and below it what it has overruled."""
    return "\n".join(line for name in sorted(variables) for line in _lines(name, variables[name], explain=explain))


def _lines(name: str, settings: Sequence[Set], *, explain: bool) -> Iterator[str]:
    first, *others = settings
    yield f"{name}: {_shown(first.value)}" + (f"  # {first.place}" if explain else "")
    for other in others if explain else ():
        yield f"#   instead of {_shown(other.value)}  # {other.place}"


def _shown(value: Any) -> str:
    """JSON, which is YAML in one line. What JSON has no word for says itself how it is shown, as secrets do."""
    return json.dumps(value, ensure_ascii=False, default=str)

"""Files beside what hosts have of them. Equal differences of several hosts are shown once."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff

from zdd.config.secrets import HIDDEN
from zdd.report.hosts import folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One file of one host. `there`: None where the host has none."""

    host: str
    dest: str
    there: str | None
    new: str
    secret: bool = False  # whatever the host has in it is not shown


def diff_text(differences: Iterable[Difference]) -> str:
    same: dict[str, list[str]] = {}
    for one in differences:
        same.setdefault("\n".join(_lines(one)), []).append(one.host)
    shown = [f"{folded(hosts)}: {text}" for text, hosts in same.items() if text]
    return "\n\n".join(shown) or "every file is as the hosts have it"


def _lines(one: Difference) -> Iterator[str]:
    there = one.there or ""
    if one.secret:
        there = "".join(_hidden(there, one.new))
    body = list(unified_diff(there.splitlines(), one.new.splitlines(), lineterm="", n=2))[2:]
    if one.there is None:
        yield f"{one.dest} is new"
    elif body:
        yield one.dest
    yield from (f"  {line}" for line in body)


def _hidden(there: str, new: str) -> Iterator[str]:
    """A secret of an older value is not known: of a line that is not in the new file no more is shown than its key."""
    known = set(new.splitlines())
    for line in there.splitlines():
        key = re.match(r"\s*[\w.-]+\s*[=:]\s*", line)
        yield (line if line in known else f"{key[0] if key else ''}{HIDDEN}") + "\n"

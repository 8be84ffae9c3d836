"""What is found of many machines alike, said once: in the words of the first, with the names of all."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from zdd.errors import Finding
from zdd.report.hosts import folded


def once(findings: Iterable[Finding], hosts: Iterable[str] = ()) -> Iterator[Finding]:
    """`hosts`: names that a finding about another machine may be about: a balancer says of each what is wrong."""
    known = sorted(hosts, key=len, reverse=True)
    alike: dict[Finding, list[Finding]] = {}
    names = _names(known)
    for finding in findings:
        what = _names([finding.where]).sub("it", finding.what)
        alike.setdefault(replace(finding, where="", what=names.sub("it", what) if known else what), []).append(finding)
    return (_together(those, names if known else None) for those in alike.values())


def _names(names: Sequence[str]) -> re.Pattern[str]:
    """Any of them as a word of its own."""
    return re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, names))})(?![\w-])")


def _together(those: Sequence[Finding], names: re.Pattern[str] | None) -> Finding:
    first, wheres = those[0], {finding.where for finding in those}
    about = dict.fromkeys(name for finding in those for name in (names.findall(finding.what) if names else ()))
    others = [name for name in about if name not in wheres and not re.search(rf"\b{re.escape(name)}\b", first.what)]
    what = f"{first.what}; likewise {folded(others)}" if others else first.what
    return replace(first, where=folded(dict.fromkeys(finding.where for finding in those)), what=what)

"""Host patterns as Ansible has them: which hosts `web:&eu:!web7` means, and in what order.

Unlike Ansible, a term that matches no host and no group is an error, and so is a pattern that leaves no host.
"""

import fnmatch
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address
from pathlib import Path

from zdd.config.source import nearest
from zdd.errors import Invalid, Problem

_SUBSCRIPT = re.compile(
    r"(?P<expression>.+)\[(?:(?P<index>-?\d{1,9})|(?P<first>\d{1,9})(?P<to>[:-])(?P<last>\d{0,9}))\]"
)
_SEPARATOR = re.compile(r"[\s:]+(?![^\[]*\])")  # a colon inside brackets belongs to a subscript
HINTS = 10  # looking for what was meant is slow; a long `@file` of strangers gets no more than these
_MANY = set(".?*[")  # what makes Ansible look among the hosts although a group has matched


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a pattern: `web`, `&eu`, `!web7`."""

    text: str
    column: int

    @property
    def sign(self) -> str:
        return self.text[0] if self.text[0] in "&!" else ""

    @property
    def body(self) -> str:
        return self.text.removeprefix(self.sign)


@dataclass(frozen=True, slots=True)
class Roster:
    """What there is to choose from: hosts in the order they were first written, and groups with all their hosts."""

    hosts: Mapping[str, object]
    groups: Mapping[str, Sequence[str]]


class Mismatch(Exception):
    """A term means nothing here. `word` is one that nothing is called, if it is that."""

    def __init__(self, why: str, word: str = "") -> None:
        super().__init__(why)
        self.word = word


def select(pattern: str, roster: Roster) -> tuple[str, ...]:
    """The hosts of a pattern. Unions first, then intersections, then exclusions, wherever they stand."""
    terms, problems = _terms(pattern), list[Problem]()
    chosen: dict[str, None] = {}
    if not any(not term.sign for term in terms):
        chosen = dict.fromkeys(roster.groups["all"])
    for term in sorted(terms, key=lambda term: ("", "&", "!").index(term.sign)):
        try:
            chosen = _apply(term, chosen, roster)
        except Mismatch as mismatch:
            hint = _hint(mismatch.word, roster) if len(problems) < HINTS else ""
            problems.append(Problem("pattern", 1, term.column, f"{mismatch}{hint}"))
    if not problems and not chosen:
        problems.append(Problem("pattern", 1, 1, f"`{pattern}` leaves no host"))
    if problems:
        raise Invalid(sorted(problems, key=lambda problem: problem.column))
    return tuple(chosen)


def _apply(term: Term, chosen: Mapping[str, None], roster: Roster) -> dict[str, None]:
    if not term.sign:
        # A host's own name wins over a group of the same name.
        return {**chosen, **dict.fromkeys([term.body] if term.body in roster.hosts else _matches(term.body, roster))}
    matches = set(_matches(term.body, roster))
    return {host: None for host in chosen if (host in matches) == (term.sign == "&")}


def _terms(pattern: str) -> list[Term]:
    """The words of a pattern, those of `@file` in place of it."""
    terms: list[Term] = []
    for text, column in _split(pattern):
        if text.startswith("@"):
            terms += [Term(line, column) for line in _lines(Path(text[1:]), column)]
        else:
            terms.append(Term(text, column))
    for term in terms:
        if not term.body:
            raise Invalid([Problem("pattern", 1, term.column, f"a host or group is missing behind `{term.sign}`")])
    if not terms:
        raise Invalid([Problem("pattern", 1, 1, f"`{pattern}` names nothing; write `all` for every host")])
    return terms


def _split(pattern: str) -> Iterator[tuple[str, int]]:
    """Words with their columns: split at commas, or where there is none at colons, or not at all."""
    separator = re.compile(",") if "," in pattern else re.compile(r"(?!)") if _is_ipv6(pattern) else _SEPARATOR
    start = 0
    for match in [*separator.finditer(pattern), None]:
        word = pattern[start : match.start() if match else None]
        if word.strip():
            yield word.strip(), start + 1 + len(word) - len(word.lstrip())
        start = match.end() if match else start


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text.strip().lstrip("&!"))
    except ValueError:
        return False
    return True


def _lines(path: Path, column: int) -> list[str]:
    try:
        return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise Invalid([Problem("pattern", 1, column, f"`@{path}` can't be read: {reason}")]) from error


def _matches(body: str, roster: Roster) -> Sequence[str]:
    """The hosts of one term. A host in two matching groups counts twice in a subscript, as it does for Ansible."""
    subscript = None if body.startswith("~") else _SUBSCRIPT.fullmatch(body)
    expression = subscript["expression"] if subscript else body
    matcher = _matcher(expression)
    groups = [name for name in roster.groups if matcher.match(name)]
    hosts = [host for name in groups for host in roster.groups[name]]
    alone = []
    if not groups or expression.startswith("~") or _MANY & set(expression):
        alone = [host for host in roster.hosts if matcher.match(host)]
    if not groups and not alone:
        raise Mismatch(f"`{expression}` matches nothing", expression)
    return _cut(subscript, [*hosts, *alone], body) if subscript else [*hosts, *alone]


def _matcher(expression: str) -> re.Pattern[str]:
    if expression == "~":
        raise Mismatch("a regular expression is missing behind `~`")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # "possible nested set": not what was meant
            return re.compile(expression[1:] if expression.startswith("~") else fnmatch.translate(expression))
    except (re.error, FutureWarning, OverflowError, RecursionError) as error:
        raise Mismatch(f"`{expression}` is not a regular expression: {error}") from error


def _cut(subscript: re.Match[str], hosts: Sequence[str], body: str) -> Sequence[str]:
    """`[2]`, `[-1]`, `[1:3]` with its end, `[1:]`."""
    if subscript["to"] == "-":
        raise Mismatch(f"`{body}`: write `{subscript['expression']}[{subscript['first']}:{subscript['last']}]`")
    if subscript["index"]:
        first = last = int(subscript["index"])
    else:
        first, last = int(subscript["first"]), int(subscript["last"] or len(hosts) - 1)
    part = hosts[first:] if last == -1 else hosts[first : last + 1]
    if not part:
        raise Mismatch(f"`{body}` is outside: `{subscript['expression']}` has {len(hosts)} hosts, counted from 0")
    return part


def _hint(word: str, roster: Roster) -> str:
    if ":" in word and not _is_ipv6(word):
        return ": separate with `:` or with `,`, not with both"
    near = nearest(word, [*roster.groups, *roster.hosts]) if word else None
    return f"; did you mean `{near}`?" if near else ""

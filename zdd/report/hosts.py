"""Many hosts in few characters: web1 web2 web3 is web[1-3]."""

import re
from collections.abc import Iterable

NUMBERED = re.compile(r"^(?P<before>.*?)(?P<number>\d+)(?P<after>\D*)$")
LABEL = re.compile(r"^(?=[^.]*[A-Za-z])(?P<before>[^.]*?)(?P<number>\d+)(?P<after>[^.\d]*(\..*)?)$")  # web1.eu-west-1
Shape = tuple[str, int, str]  # what is before the number, how many digits it has, what is after it


def folded(hosts: Iterable[str]) -> str:
    """Names that differ in one number alone come as one, in the order in which the first of each was named: the last
    number of a host's own name, before its domain, or else of all of it."""
    groups: dict[Shape, list[int]] = {}
    for host in dict.fromkeys(hosts):
        shape, number = _split(host)
        groups.setdefault(shape, []).append(number)
    return " ".join(_group(shape, sorted(numbers)) for shape, numbers in groups.items())


def counted(hosts: Iterable[str]) -> str:
    """`3 hosts: web[1-3]`, and one host alone by its name."""
    names = list(hosts)
    return names[0] if len(names) == 1 else f"{len(names)} hosts: {folded(names)}"


def _split(host: str) -> tuple[Shape, int]:
    found = LABEL.match(host) or NUMBERED.match(host)
    if not found:
        return (host, -1, ""), 0
    digits = found["number"]
    return (found["before"], len(digits), found["after"]), int(digits)


def _group(shape: Shape, numbers: list[int]) -> str:
    before, digits, after = shape
    if digits < 0:
        return before
    if len(numbers) == 1:
        return f"{before}{numbers[0]:0{digits}}{after}"
    return f"{before}[{','.join(_range(first, last, digits) for first, last in _ranges(numbers))}]{after}"


def _ranges(numbers: list[int]) -> Iterable[tuple[int, int]]:
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def _range(first: int, last: int, digits: int) -> str:
    return f"{first:0{digits}}" if first == last else f"{first:0{digits}}-{last:0{digits}}"

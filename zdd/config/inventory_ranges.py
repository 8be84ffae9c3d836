"""Host names as an inventory writes them: `web1`, `web[01:20].example`, `web[a:f]`, `web[1:9:2]`, `web1:2222`."""

import re
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from string import ascii_letters

MOST = 100_000  # hosts that one name may stand for
LONGEST = 200  # characters of a name: it becomes part of file names

_RANGE = re.compile(r"\[(?P<first>\w*):(?P<last>\w*)(?::(?P<step>\d{1,6}))?\]", re.ASCII)
_PORT = re.compile(
    r"\[(?P<bracketed>[^\[\]]*:[^\[\]]*:[^\[\]]*)\]:(?P<p1>\d{1,9})|(?P<plain>(?:[^:\[\]]|\[[^\]]*\])+):(?P<p2>\d{1,9})"
)
_HOST = re.compile(r"\w[\w.-]*")


def expand(written: str) -> tuple[list[str], int | None]:
    """All names that one written name stands for, and the port behind it. `ValueError` says what is wrong."""
    name, port = _without_port(written)
    names: list[str] = []
    for host in _expanded(name):
        check_host(host)
        names.append(host)
        if len(names) > MOST:
            raise ValueError(f"`{written}` stands for more than {MOST:,} hosts")
    return names, port


def check_host(name: str) -> None:
    """A host's name ends up in file names, balancers and command lines, so it has to be a plain one."""
    if len(name) <= LONGEST and (_HOST.fullmatch(name) or _is_address(name)):
        return
    raise ValueError(f"`{name[:LONGEST]}` is not a host name: letters, digits, `.`, `-` and `_`, or an IP address")


def check_group(name: str) -> None:
    """A group's name may be nearly anything, but has to be printable and to fit into `group_vars/`."""
    if not name.strip() or not name.isprintable() or "/" in name or len(name) > LONGEST:
        raise ValueError(f"{name[:LONGEST]!r} can't be the name of a group")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return "%" not in name and name.isascii()


def _without_port(written: str) -> tuple[str, int | None]:
    match = _PORT.fullmatch(written)
    if not match:
        return written, None
    port = int(match["p1"] or match["p2"])
    if not 0 < port < 65536:
        raise ValueError(f"`{written}`: a port is a number from 1 to 65535")
    return match["bracketed"] or match["plain"], port


def _expanded(name: str) -> Iterator[str]:
    """Ranges from left to right, the last one counting fastest."""
    before, bracket, rest = name.partition("[")
    if not bracket:
        yield name
        return
    match = _RANGE.match(f"[{rest}")
    if not match:
        raise ValueError(f"`{name}`: a range is `[first:last]` or `[first:last:step]`, like `web[01:20]`")
    tail = rest[match.end() - 1 :]
    for value in _values(match, name):
        yield from _expanded(before + value + tail)


def _values(match: re.Match[str], name: str) -> Iterator[str]:
    first, last, step = match["first"] or "0", match["last"], int(match["step"] or 1)
    if not step:
        raise ValueError(f"`{name}`: the step of a range is at least 1")
    values: Sequence[object]
    padded = False
    if len(first) == len(last) == 1 and first in ascii_letters and last in ascii_letters:
        values = ascii_letters[ascii_letters.index(first) : ascii_letters.index(last) + 1 : step]
    elif first.isdigit() and last.isdigit() and max(len(first), len(last)) <= 9:
        padded = first.startswith("0") and len(first) > 1
        values = range(int(first), int(last) + 1, step)
    else:
        raise ValueError(f"`{name}`: a range goes from number to number or from letter to letter")
    if padded and len(first) != len(last):
        raise ValueError(f"`{name}`: with leading zeros both ends are of the same length")
    if not values:
        raise ValueError(f"`{name}`: a range ends before it begins")
    return (str(value).zfill(len(first) if padded else 0) for value in values)

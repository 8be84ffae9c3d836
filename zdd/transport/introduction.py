"""A machine's host key, shown to a person and then vouched for: recorded where ssh, too, looks for it."""

import base64
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from paramiko import PKey

from zdd.errors import Refused
from zdd.model import Endpoint
from zdd.transport.jump import hop
from zdd.transport.known_hosts import REVOKED, Line, entry, known, read_line
from zdd.transport.login import greeted
from zdd.transport.openssh import Resolved, resolve
from zdd.transport.sessions import Sessions

MOST_HOPS = 8


@dataclass(frozen=True, slots=True)
class Introduction:
    """The key that a machine shows, beside what is known of it."""

    endpoint: Endpoint
    at: Resolved
    key: PKey
    lines: tuple[Line, ...]

    @property
    def vouched(self) -> bool:
        return any(not line.marker and line.key == self.key.get_base64() for line in self.lines)

    @property
    def revoked(self) -> bool:
        return any(line.marker == REVOKED and line.key == self.key.get_base64() for line in self.lines)

    @property
    def changed(self) -> bool:
        """Another key was vouched for."""
        return not self.vouched and any(not line.marker for line in self.lines)

    @property
    def standing(self) -> str:
        if self.revoked:
            return "REVOKED"
        if self.changed:
            return f"CHANGED, it was {', '.join(_fingerprint(line) for line in self.lines if not line.marker)}"
        return "known" if self.vouched else "new"

    def __str__(self) -> str:
        shown = f"{self.key.get_name()} {self.key.fingerprint}"
        return f"{self.endpoint.name} ({self.at.known_as}): {shown}  {self.standing}"


def _fingerprint(line: Line) -> str:
    """As ssh shows it."""
    try:
        made = sha256(base64.b64decode(line.key)).digest()
    except ValueError:
        return "unreadable"
    return f"{line.kind} SHA256:{base64.b64encode(made).decode().rstrip('=')}"


def way(endpoint: Endpoint) -> list[Endpoint]:
    """The machines on the way, in order, and the machine itself."""
    found = [endpoint]
    while len(found) <= MOST_HOPS and (before := hop(found[0], resolve(found[0]))):
        found.insert(0, before)
    return found


def introduced(sessions: Sessions, endpoint: Endpoint) -> Introduction:
    """Ask a machine for its key. Raises `Unreachable`, also where the key of one on the way is not known."""
    at, before = sessions.way(endpoint)
    transport = greeted(endpoint, at, before.dial(at.address, at.port, 10.0) if before else None, ())
    try:
        key = transport.get_remote_server_key()
    finally:
        transport.close()
    return Introduction(endpoint, at, key, tuple(known(at.known_hosts, at.known_as)))


def record(introduction: Introduction) -> Path:
    """Vouch for the key from now on, in place of any other of this machine. Returns the file. Raises `Refused` where a
    line about many hosts would have to go."""
    at, key = introduction.at, introduction.key
    file = at.known_hosts[0].resolve()
    lines = list(_without(file, at.known_as)) if introduction.changed else _lines(file)
    lines.append(entry(at.known_as, key.get_name(), key.get_base64(), hashed=at.hashed))
    _replace(file, lines)
    left = [line for line in known(at.known_hosts, at.known_as) if not line.marker and line.key != key.get_base64()]
    if left and introduction.changed:
        raise Refused(
            f"{introduction.endpoint.name}: another key stands in {' '.join(map(str, at.known_hosts[1:]))} too"
        )
    return file


def _without(file: Path, name: str) -> Iterator[str]:
    for number, text in enumerate(_lines(file), 1):
        line = read_line(text)
        if line is None or line.marker or not line.matches(name):
            yield text
        elif not line.names.startswith("|1|"):
            others = [pattern for pattern in line.names.split(",") if pattern.lower() != name.lower()]
            if replace(line, names=",".join(others)).matches(name):
                raise Refused(
                    f"{file}:{number}:1: this line vouches for other hosts too; take {name} out of it by hand"
                )
            if others:
                yield f"{','.join(others)} {text.split(maxsplit=1)[1]}"


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8", errors="surrogateescape").splitlines() if file.exists() else []


def _replace(file: Path, lines: list[str]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=file.parent, prefix=f".{file.name}.", encoding="utf-8", errors="surrogateescape", delete=False
    ) as beside:
        beside.write("".join(f"{line}\n" for line in lines))
        os.fchmod(beside.fileno(), file.stat().st_mode & 0o777 if file.exists() else 0o600)
        os.fsync(beside.fileno())
    Path(beside.name).replace(file)

"""Host keys that people have vouched for. Fails closed: what is not known is not trusted.

The file's form is that of sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. Read here because paramiko gives up at the first line
with a marker, and does not match patterns.
"""

import base64
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha1
from pathlib import Path

from paramiko import PKey

from zdd.errors import Unreachable


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a marker, the names it is for, and a key."""

    marker: str
    names: str
    kind: str
    key: str

    def matches(self, name: str) -> bool:
        if self.names.startswith("|1|"):
            _, _, salt, digest = self.names.split("|")
            made = hmac.new(base64.b64decode(salt), name.encode(), sha1).digest()
            return hmac.compare_digest(made, base64.b64decode(digest))
        patterns = self.names.split(",")
        refused = any(_like(name, pattern[1:]) for pattern in patterns if pattern.startswith("!"))
        return not refused and any(_like(name, pattern) for pattern in patterns)


def _like(name: str, pattern: str) -> bool:
    """`*` and `?` alone are special; a bracket is one."""
    return fnmatchcase(name, pattern.replace("[", "[[]"))


def lines(files: Sequence[Path]) -> Iterator[Line]:
    """Lines that cannot be read vouch for nobody."""
    for file in files:
        for text in file.read_text(errors="replace").splitlines():
            words = text.split()
            marker = words.pop(0) if words and words[0].startswith("@") else ""
            if len(words) >= 3 and not words[0].startswith("#"):
                yield Line(marker, words[0], words[1], words[2])


def name_of(address: str, port: int) -> str:
    return address if port == 22 else f"[{address}]:{port}"


def known(files: Sequence[Path], address: str, port: int) -> list[Line]:
    name = name_of(address, port)
    return [line for line in lines(files) if _readable(line, name)]


def _readable(line: Line, name: str) -> bool:
    try:
        return line.matches(name)
    except ValueError:
        return False


def kinds(files: Sequence[Path], address: str, port: int) -> list[str]:
    """Key types worth asking the host for: those that are known of it."""
    return [line.kind for line in known(files, address, port) if not line.marker]


def verify(host: str, files: Sequence[Path], address: str, port: int, key: PKey) -> None:
    """Raises `Unreachable` for a key that is unknown, changed or revoked."""
    mine, text = known(files, address, port), key.get_base64()
    if any(line.marker == "@revoked" and line.key == text for line in mine):
        raise Unreachable(f"{host}: its host key is revoked")
    plain = [line for line in mine if not line.marker]
    if any(line.key == text for line in plain):
        return
    shown = f"{key.get_name()} {key.fingerprint}"
    if plain:
        raise Unreachable(
            f"{host}: its host key has CHANGED, it is now {shown}. If that is right: zdd host trust {host}"
        )
    if any(line.marker == "@cert-authority" for line in mine):
        raise Unreachable(
            f"{host}: only a certificate authority vouches for it, and zdd cannot check host certificates"
        )
    raise Unreachable(f"{host}: its host key {shown} is not known: zdd host trust {host}")

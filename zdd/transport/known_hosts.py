"""Host keys that people have vouched for. Fails closed: what is not known is not trusted.

The file's form is that of sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. Read here because paramiko gives up at the first line
with a marker, and does not match patterns.
"""

import base64
import hmac
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha1
from pathlib import Path

from zdd.transport.public_key import CERTIFICATE

REVOKED, AUTHORITY = "@revoked", "@cert-authority"
MOST = 64 << 20  # bytes of a file


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a marker, the names it is for, and a key."""

    marker: str
    names: str
    kind: str
    key: str

    def matches(self, name: str) -> bool:
        name = name.lower()
        if self.names.startswith("|1|"):
            return _is_hash_of(self.names, name)
        patterns = self.names.lower().split(",")
        refused = any(_like(name, pattern[1:]) for pattern in patterns if pattern.startswith("!"))
        return not refused and any(_like(name, pattern) for pattern in patterns)


def known(files: Sequence[Path], name: str) -> list[Line]:
    """The lines about a host, by the name that ssh looks it up with: `web1`, `[web1]:2222`."""
    return [line for line in lines(files) if line.matches(name)]


def lines(files: Sequence[Path]) -> Iterator[Line]:
    """A file that cannot be read vouches for nobody."""
    return (line for file in files for text in _text(file).splitlines() if (line := read_line(text)))


def read_line(text: str) -> Line | None:
    """None for what says nothing, or cannot be read."""
    words = text.split()
    marker = words.pop(0) if words and words[0].startswith("@") else ""
    if len(words) < 3 or words[0].startswith("#") or marker not in ("", REVOKED, AUTHORITY):
        return None
    return Line(marker, words[0], words[1], words[2])


def kinds(found: Sequence[Line], offered: Sequence[str]) -> list[str]:
    """Of the key types that could be asked of the host, those of which something is known; all, if nothing is.

    RSA keys sign under newer names. Where an authority vouches for hosts, their certificates are asked for first.
    """
    plain = {name for line in found if not line.marker for name in _signs_as(line.kind)}
    certified = [f"{kind}{CERTIFICATE}" for kind in offered] if any(line.marker == AUTHORITY for line in found) else []
    wanted = [kind for kind in offered if kind in plain]
    return [*certified, *(wanted or offered)] if certified or wanted else list(offered)


def entry(name: str, kind: str, key: str, *, hashed: bool = False) -> str:
    """A line for the file, without its end. Hashed, it does not tell which host it is about."""
    return f"{_hashed(name.lower()) if hashed else name} {kind} {key}"


def _hashed(name: str) -> str:
    salt = os.urandom(20)
    made = hmac.new(salt, name.encode(), sha1).digest()
    return f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(made).decode()}"


def _text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            return opened.read(MOST)
    except OSError:
        return ""


def _signs_as(kind: str) -> tuple[str, ...]:
    return ("rsa-sha2-512", "rsa-sha2-256") if kind == "ssh-rsa" else (kind,)


def _is_hash_of(names: str, name: str) -> bool:
    try:
        _, _, salt, digest = names.split("|")
        made = hmac.new(base64.b64decode(salt), name.encode(), sha1).digest()
        return hmac.compare_digest(made, base64.b64decode(digest))
    except ValueError:
        return False


def _like(name: str, pattern: str) -> bool:
    """`*` and `?` alone are special; a bracket is one."""
    if "*" not in pattern and "?" not in pattern:
        return name == pattern
    return fnmatchcase(name, pattern.replace("[", "[[]"))

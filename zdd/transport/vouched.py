"""Whether a host is who it says it is, by what people have vouched for."""

import base64
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from paramiko import PKey

from zdd.errors import Unreachable
from zdd.transport import host_certificate
from zdd.transport.host_certificate import BadCertificate
from zdd.transport.known_hosts import AUTHORITY, REVOKED, Line
from zdd.transport.openssh import Resolved

LIMIT = 10.0


class Distrusted(Unreachable):
    """Nobody vouches for the key that a machine shows. Trying again changes nothing; a person may."""


def verify(host: str, at: Resolved, lines: Sequence[Line], key: PKey) -> None:
    """Raises `Distrusted` for a key that is unknown, changed, or certified by nobody who may, and `Unreachable` for one
    that is revoked. `lines`: what is known of the host."""
    text = key.get_base64()
    _refuse_revoked(host, at, lines, text)
    plain = [line for line in lines if not line.marker]
    if any(line.key == text for line in plain):
        return
    why = _certified(at, lines, key)
    if not why:
        return
    shown = f"{key.get_name()} {key.fingerprint}"
    if plain:
        raise Distrusted(f"{host}: its host key has CHANGED, it is now {shown}. If that is right")
    if any(line.marker == AUTHORITY for line in lines):
        raise Distrusted(f"{host}: its host key {shown} has no good certificate: {why}")
    raise Distrusted(f"{host}: its host key {shown} is not known")


def _refuse_revoked(host: str, at: Resolved, lines: Sequence[Line], text: str) -> None:
    if any(line.marker == REVOKED and line.key == text for line in lines):
        raise Unreachable(f"{host}: its host key is revoked")
    if at.revoked and not _is_clear(at.revoked, text):
        raise Unreachable(f"{host}: its host key is revoked by {at.revoked}, or that can't be read")


def _is_clear(file: str, text: str) -> bool:
    """By ssh's own word, since these files are mostly binary."""
    with tempfile.NamedTemporaryFile("w", suffix=".pub") as public:
        kind = base64.b64decode(text)[4:].split(b"\0", 1)[0]
        public.write(f"{kind.decode(errors='replace')} {text}\n")
        public.flush()
        command = ["ssh-keygen", "-Q", "-f", str(Path(file).expanduser()), public.name]
        return subprocess.run(command, capture_output=True, timeout=LIMIT, check=False).returncode == 0


def _certified(at: Resolved, lines: Sequence[Line], key: PKey) -> str:
    """Why no authority vouches for it; empty if one does. The host has proved that it has the key itself."""
    if key.public_blob is None:
        return "the host showed none"
    revoked = {line.key for line in lines if line.marker == REVOKED}
    authorities = {line.key for line in lines if line.marker == AUTHORITY} - revoked
    try:
        shown = host_certificate.parse(key.public_blob.key_type, key.public_blob.key_blob)
        if shown.authority not in authorities:
            raise BadCertificate("it is of an authority that nobody vouches for")
        shown.check(at.alias or at.address, time.time())
    except BadCertificate as error:
        return str(error)
    return ""

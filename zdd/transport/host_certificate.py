"""A host's certificate: which authority says that this key is that host's, until when. The form is that of OpenSSH's
PROTOCOL.certkeys."""

import base64
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import paramiko

from zdd.transport.public_key import CERTIFICATE, read

HOST = 2  # as opposed to a user's
NUMBERS = {"ssh-ed25519": 1, "ssh-rsa": 2, "rsa-sha2-256": 2, "rsa-sha2-512": 2}  # fields of the key; ECDSA has two


class BadCertificate(ValueError):
    """Why it vouches for nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCertificate:
    """What it says. Its own signature and the host's possession of the key are checked apart."""

    authority: str  # the authority's key, in Base64
    principals: tuple[str, ...]  # empty: any host
    valid_from: int  # seconds since 1970
    valid_until: int
    signed: bytes  # what the authority has signed
    signature: bytes

    def check(self, name: str, now: float) -> None:
        """That it is whole, in force, and for this name. Raises `BadCertificate`."""
        if not _is_signed(self):
            raise BadCertificate("its signature is not the authority's")
        if not self.valid_from <= now < self.valid_until:
            raise BadCertificate("it is not valid yet" if now < self.valid_from else "it has expired")
        if self.principals and name not in self.principals:
            raise BadCertificate(f"it is for {', '.join(self.principals)}, not for {name}")


def parse(kind: str, blob: bytes) -> HostCertificate:
    """Raises `BadCertificate` for anything but a host's whole certificate without conditions that zdd doesn't know."""
    try:
        return _parsed(kind.removesuffix(CERTIFICATE), memoryview(blob))
    except (struct.error, UnicodeDecodeError, IndexError) as error:
        raise BadCertificate("it is cut short") from error


def _parsed(kind: str, blob: memoryview) -> HostCertificate:
    fields = _Fields(blob)
    for _ in range(2 + NUMBERS.get(kind, 2)):  # its kind, a nonce, the key
        fields.string()
    fields.number(8)  # serial
    role = fields.number(4)
    fields.string()  # key id
    principals = tuple(bytes(name).decode() for name in _Fields(fields.string()).strings())
    since, until = fields.number(8), fields.number(8)
    critical, _extensions, _reserved = fields.string(), fields.string(), fields.string()
    authority = fields.string()
    signed = blob[: fields.at]
    if role != HOST:
        raise BadCertificate("it is a user's, not a host's")
    if len(critical):
        raise BadCertificate("it has a critical option, which zdd does not know")
    return HostCertificate(
        authority=base64.b64encode(authority).decode(),
        principals=principals,
        valid_from=since,
        valid_until=until,
        signed=bytes(signed),
        signature=_last(fields),
    )


def _last(fields: "_Fields") -> bytes:
    """The signature: two strings and not a byte more, since paramiko makes up for what is missing."""
    signature = fields.string()
    inner = _Fields(signature)
    inner.string(), inner.string()
    if inner.at < len(signature) or fields.at < len(fields.data):
        raise BadCertificate("something stands behind its signature")
    return bytes(signature)


def _is_signed(certificate: HostCertificate) -> bool:
    blob = base64.b64decode(certificate.authority)
    try:
        kind = bytes(_Fields(memoryview(blob)).string()).decode()
        return bool(read(kind, blob).verify_ssh_sig(certificate.signed, paramiko.Message(certificate.signature)))
    except (ValueError, IndexError, struct.error, paramiko.SSHException):
        return False


class _Fields:
    """SSH's own encoding, read from the front."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.at = data, 0

    def number(self, size: int) -> int:
        value: int = struct.unpack_from(">Q" if size == 8 else ">I", self.data, self.at)[0]
        self.at += size
        return value

    def string(self) -> memoryview:
        length = self.number(4)
        found = self.data[self.at : self.at + length]
        if len(found) < length:
            raise IndexError
        self.at += length
        return found

    def strings(self) -> Iterator[memoryview]:
        while self.at < len(self.data):
            yield self.string()

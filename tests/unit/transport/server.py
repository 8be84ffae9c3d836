"""A web server in memory, at the other end of a channel, in plain words or over TLS."""

import datetime
import ssl
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from zdd.transport import Channel


@dataclass(slots=True)
class Pipe:
    """Implements `Channel`: what is sent goes to the server, which may answer at once."""

    server: "Server"
    answers: bytearray = field(default_factory=bytearray)
    closed: bool = False

    def sendall(self, data: bytes) -> None:
        self.answers += self.server.hear(data)

    def recv(self, size: int) -> bytes:
        data = bytes(self.answers[:size])
        del self.answers[:size]
        if not data and self.server.hangs:
            raise TimeoutError("the server says nothing")
        return data

    def settimeout(self, seconds: float | None) -> None:
        assert seconds is None or seconds > 0

    def close(self) -> None:
        self.closed = True


class Server:
    """Answers every request with these bytes."""

    def __init__(self, answer: bytes, *, certificate: Path | None = None, hangs: bool = False) -> None:
        self.answer, self.hangs = answer, hangs
        self.asked = bytearray()
        self.pipes: list[Pipe] = []
        self._tls = _Tls(certificate) if certificate else None

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        self.pipes.append(Pipe(self))
        return self.pipes[-1]

    def hear(self, data: bytes) -> bytes:
        plain, out = self._tls.hear(data) if self._tls else (data, b"")
        self.asked += plain
        if self.hangs or not self.asked.endswith(b"\r\n\r\n"):
            return out
        return out + (self._tls.say(self.answer) if self._tls else self.answer)


class _Tls:
    """The server's side of TLS."""

    def __init__(self, certificate: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._came, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._came, self._goes, server_side=True)
        self._greeted = False

    def hear(self, data: bytes) -> tuple[bytes, bytes]:
        self._came.write(data)
        plain = b""
        try:
            if not self._greeted:
                self._tls.do_handshake()
                self._greeted = True
            plain = self._tls.read(65536)
        except (ssl.SSLWantReadError, ssl.SSLError):
            pass  # it waits for more, or the client has hung up on it
        return plain, self._goes.read()

    def say(self, data: bytes) -> bytes:
        self._tls.write(data)
        return self._goes.read()


@cache
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def certified(folder: Path, name: str) -> Path:
    """A key with a certificate for this name that it has signed itself."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key().public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key(), hashes.SHA256())
    )
    file = folder / "server.pem"
    private = key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file

"""One question over HTTP on a connection of its own, dialled by whoever can reach the address."""

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpcore

from zdd.transport import Channel
from zdd.transport.tls import Encrypted

MOST = 1 << 20  # bytes of an answer that anybody reads


class Dialer(Protocol):
    """A session, or the controller itself."""

    def dial(self, address: str, port: int, timeout: float) -> Channel: ...


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, whatever its status. No redirect is followed."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def request(
    dialer: Dialer,
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    timeout: float = 2.0,
    verify: bool = True,
) -> Response:
    """Ask once. Raises `OSError` where nobody answers in time, `ValueError` where what answers is not HTTP."""
    limits = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
    sent: dict[bytes | str, bytes | str] = {"Host": urlsplit(url).netloc, "User-Agent": "zdd", "Connection": "close"}
    sent.update(headers or {})
    if body:
        sent["Content-Length"] = str(len(body))
    with httpcore.ConnectionPool(network_backend=Dialled(dialer), ssl_context=_tls(url, verify)) as pool:
        try:
            with pool.stream(method, url, headers=sent, content=body, extensions={"timeout": limits}) as answer:
                names = {key.decode().lower(): value.decode(errors="replace") for key, value in answer.headers}
                return Response(answer.status, names, _body(answer.iter_stream()))
        except httpcore.TimeoutException as error:
            raise TimeoutError(f"no answer in {timeout:g} s") from error
        except httpcore.NetworkError as error:
            raise ConnectionError(str(error) or "the connection was closed") from error
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise ValueError(f"no HTTP: {error}") from error


def _body(chunks: Iterable[bytes]) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > MOST:
            raise ValueError(f"an answer of more than {MOST} bytes")
    return bytes(body)


def _tls(url: str, verify: bool) -> ssl.SSLContext | None:
    if not url.startswith("https:"):
        return None
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Dialled(httpcore.NetworkBackend):
    """Lets a session open the connections."""

    def __init__(self, dialer: Dialer) -> None:
        self._dialer = dialer

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            return Stream(self._dialer.dial(host, port, timeout or 2.0))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(error.strerror or str(error)) from error


class Stream(httpcore.NetworkStream):
    """A channel as httpcore wants it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._channel.settimeout(timeout)
        try:
            return self._channel.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._channel.settimeout(timeout)
        try:
            self._channel.sendall(buffer)
        except TimeoutError as error:
            raise httpcore.WriteTimeout from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._channel.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            return Stream(Encrypted(self._channel, ssl_context, server_hostname, timeout or 2.0))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:  # ssl.SSLError is one
            raise httpcore.ConnectError(error.strerror or str(error)) from error

    def get_extra_info(self, info: str) -> Any:
        return None

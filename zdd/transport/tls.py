"""TLS over a byte stream that is no socket, such as a channel of a session."""

import ssl
import time
from collections.abc import Callable
from typing import TypeVar

from zdd.transport import Channel

BLOCK = 1 << 15
T = TypeVar("T")


class Encrypted:
    """Implements `Channel` over another one. Raises `ssl.SSLError` where the peer cannot prove who it is."""

    def __init__(self, channel: Channel, context: ssl.SSLContext, server: str | None, timeout: float) -> None:
        self._channel, self._seconds = channel, timeout
        self._came, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._came, self._goes, server_hostname=server)
        self._carried(self._tls.do_handshake)

    def sendall(self, data: bytes) -> None:
        self._carried(lambda: self._tls.write(data))

    def recv(self, size: int) -> bytes:
        try:
            return self._carried(lambda: self._tls.read(size))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def settimeout(self, seconds: float | None) -> None:
        self._seconds = seconds or self._seconds

    def close(self) -> None:
        self._channel.close()

    def _carried(self, act: Callable[[], T]) -> T:
        """Do it; carry bytes both ways for as long as it wants more."""
        end = time.monotonic() + self._seconds
        while True:
            try:
                done = act()
            except ssl.SSLWantReadError:
                self._send()
                self._receive(end)
                continue
            self._send()
            return done

    def _send(self) -> None:
        if data := self._goes.read():
            self._channel.sendall(data)

    def _receive(self, end: float) -> None:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        self._channel.settimeout(left)
        data = self._channel.recv(BLOCK)
        self._came.write(data) if data else self._came.write_eof()

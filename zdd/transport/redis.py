"""Questions to a Redis on a connection of its own, dialled by whoever can reach it. Nothing here changes anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from zdd.transport import Channel
from zdd.transport.http import Dialer

Reply = str | int | None | list["Reply"]
PORT = 6379
MOST = 8 << 20  # bytes of an answer that anybody reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a Redis is: redis://[[user]:password@]host[:port][/number]."""

    host: str
    port: int = PORT
    user: str = ""
    password: str = ""
    number: int = 0  # of the database

    @classmethod
    def parse(cls, url: str) -> Self:
        """Raises `ValueError` in words for whoever wrote it."""
        parts = urlsplit(url)
        if parts.scheme != "redis" or not parts.hostname:
            raise ValueError(f"{parts.scheme or 'no scheme'}: write redis://HOST:PORT/NUMBER")
        number = parts.path.strip("/") or "0"
        if not number.isdecimal():
            raise ValueError(f"/{number} is no number of a database")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(host=parts.hostname, port=parts.port or PORT, user=user, password=password, number=int(number))


class Redis:
    """One connection that is open."""

    def __init__(self, channel: Channel) -> None:
        self._channel, self._read = channel, b""

    def ask(self, *words: str) -> Reply:
        """Raises `OSError` where it falls silent, `ValueError` where it refuses or what answers is no Redis."""
        parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
        self._channel.sendall(f"*{len(words)}\r\n{''.join(parts)}".encode())
        return self._reply()

    def texts(self, *words: str) -> list[str]:
        """The same, where the answer is a list."""
        reply = self.ask(*words)
        if not isinstance(reply, list):
            raise ValueError(f"{words[0]} is answered with no list")
        return ["" if one is None else str(one) for one in reply]

    def _reply(self) -> Reply:
        kind, rest = (line := self._line())[:1], line[1:]
        match kind:
            case "+":
                return rest
            case ":":
                return int(rest)
            case "-":
                raise ValueError(rest)
            case "$":
                return None if rest == "-1" else self._bytes(int(rest) + 2)[:-2].decode(errors="replace")
            case "*":
                return None if rest == "-1" else [self._reply() for _ in range(int(rest))]
        raise ValueError("what answers there is no Redis")

    def _line(self) -> str:
        while b"\r\n" not in self._read:
            self._more()
        line, _, self._read = self._read.partition(b"\r\n")
        return line.decode(errors="replace")

    def _bytes(self, size: int) -> bytes:
        while len(self._read) < size:
            self._more()
        found, self._read = self._read[:size], self._read[size:]
        return found

    def _more(self) -> None:
        received = self._channel.recv(65536)
        if not received:
            raise ConnectionError("the connection was closed")
        self._read += received
        if len(self._read) > MOST:
            raise ValueError("it answers without end")


@contextmanager
def connected(dialer: Dialer, address: Address, timeout: float) -> Iterator[Redis]:
    """Raises what `ask` and `dial` raise."""
    channel = dialer.dial(address.host, address.port, timeout)
    try:
        channel.settimeout(timeout)
        redis = Redis(channel)
        if address.password:
            redis.ask("AUTH", *filter(None, (address.user, address.password)))
        if address.number:
            redis.ask("SELECT", str(address.number))
        yield redis
    finally:
        channel.close()

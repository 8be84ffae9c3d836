"""A Redis that answers from a mapping, in as small pieces as it is told to."""

from dataclasses import dataclass, field
from typing import Any

from zdd.transport import Channel


@dataclass
class FakeRedis:
    """Implements `zdd.transport.Channel`, and dials itself."""

    keys: dict[str, Any] = field(default_factory=dict)
    password: str = ""
    piece: int = 65536  # bytes handed out at a time
    dialled: list[tuple[str, int]] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    closed: bool = False
    answers: bytes = b""  # not yet read

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        self.dialled.append((address, port))
        return self

    def sendall(self, data: bytes) -> None:
        words = data.decode().split("\r\n")[2::2]
        self.asked.append(words)
        self.answers += self._answer(words)

    def recv(self, size: int) -> bytes:
        given, self.answers = self.answers[: self.piece], self.answers[self.piece :]
        return given

    def settimeout(self, seconds: float | None) -> None: ...

    def close(self) -> None:
        self.closed = True

    def _answer(self, words: list[str]) -> bytes:
        allowed = not self.password or ["AUTH", self.password] in self.asked
        match words:
            case ["AUTH" | "SELECT", *_] if allowed:
                return b"+OK\r\n"
            case _ if not allowed:
                return b"-NOAUTH Authentication required.\r\n"
            case ["SMEMBERS" | "LRANGE", key, *_]:
                return many(self.keys.get(key, []))
            case ["HMGET", key, *names]:
                return many([self.keys.get(key, {}).get(name) for name in names])
        return b"-ERR unknown command\r\n"


def many(texts: list[str | None]) -> bytes:
    bulks = (b"$-1\r\n" if text is None else f"${len(text.encode())}\r\n{text}\r\n".encode() for text in texts)
    return b"*%d\r\n%s" % (len(texts), b"".join(bulks))

"""Sessions by machine: opened once, shared, opened again where the connection has died."""

import threading
from collections.abc import Callable

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from zdd.errors import Unreachable
from zdd.model import Endpoint
from zdd.transport.ssh import SSHSession, Transient

HANDSHAKES = 8  # at once: sshd drops more than its MaxStartups
TRIES = 3


class Sessions:
    """At most `limit` are open at once; idle ones make room. Safe to use from several threads."""

    def __init__(self, *, limit: int = 64, connect: Callable[..., SSHSession] = SSHSession) -> None:
        self._limit, self._connect = limit, connect
        self._open: dict[str, SSHSession] = {}  # the one used last stands last
        self._lock = threading.Lock()
        self._machines: dict[str, threading.Lock] = {}
        self._handshakes = threading.Semaphore(HANDSHAKES)

    def open(self, endpoint: Endpoint) -> SSHSession:
        """A live session. Raises `Unreachable` with what to do about it."""
        with self._lock:
            mine = self._machines.setdefault(endpoint.name, threading.Lock())
        with mine:
            session = self._used(endpoint.name)
            return session or self._opened(endpoint)

    def close(self) -> None:
        with self._lock:
            for session in self._open.values():
                session.close()
            self._open.clear()

    def _used(self, name: str) -> SSHSession | None:
        with self._lock:
            session = self._open.pop(name, None)
            if session and session.alive:
                self._open[name] = session
                return session
        return None

    def _opened(self, endpoint: Endpoint) -> SSHSession:
        jump = self.open(_jump(endpoint.jump)) if endpoint.jump else None
        for attempt in Retrying(
            stop=stop_after_attempt(TRIES),
            wait=wait_random_exponential(multiplier=0.3, max=3),
            retry=retry_if_exception_type(Transient),
            reraise=True,
        ):
            with attempt, self._handshakes:
                session = self._connect(endpoint, jump)
        with self._lock:
            self._make_room()
            self._open[endpoint.name] = session
        return session

    def _make_room(self) -> None:
        while len(self._open) >= self._limit:
            oldest = next(iter(self._open))
            self._open.pop(oldest).close()


def _jump(text: str) -> Endpoint:
    """`user@host:port`, as ssh writes it."""
    if "," in text:
        raise Unreachable(f"ProxyJump {text}: one jump only")
    user, _, rest = text.rpartition("@")
    host, _, port = rest.partition(":")
    return Endpoint(name=f"jump {text}", address=host, user=user, port=int(port or 22))

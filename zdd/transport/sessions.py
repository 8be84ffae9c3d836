"""Sessions by machine: opened once, shared, opened again where the connection has died."""

import threading
from collections.abc import Callable

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from zdd.errors import Unreachable
from zdd.model import Endpoint
from zdd.transport.credentials import Credentials
from zdd.transport.jump import hop
from zdd.transport.login import Transient
from zdd.transport.openssh import Resolved, resolve
from zdd.transport.ssh import SSHSession
from zdd.transport.vouched import Distrusted

HANDSHAKES = 8  # at once: sshd drops more than its MaxStartups
TRIES = 3
MOST_HOPS = 8


class Sessions:
    """At most `limit` are open at once; idle ones make room. Safe to use from several threads."""

    def __init__(
        self,
        *,
        limit: int = 64,
        credentials: Credentials | None = None,
        connect: Callable[..., SSHSession] = SSHSession,
        resolve: Callable[[Endpoint], Resolved] = resolve,
    ) -> None:
        self._limit, self._connect, self._resolve = limit, connect, resolve
        self._credentials = credentials or Credentials()
        self._open: dict[str, SSHSession] = {}  # the one used last stands last
        self._lock = threading.Lock()
        self._machines: dict[str, threading.Lock] = {}
        self._handshakes = threading.Semaphore(HANDSHAKES)

    def open(self, endpoint: Endpoint) -> SSHSession:
        """A live session. Raises `Unreachable` with what to do about it."""
        try:
            return self._over(endpoint, ())
        except Distrusted as error:  # its own key, or that of a machine on the way
            raise Distrusted(f"{error}: zdd host trust {endpoint.name}") from error

    def way(self, endpoint: Endpoint) -> tuple[Resolved, SSHSession | None]:
        """How a machine is reached, and the session with the last one on the way there."""
        return self._way(endpoint, ())

    def close(self) -> None:
        with self._lock:
            for session in self._open.values():
                session.close()
            self._open.clear()

    def _over(self, endpoint: Endpoint, behind: tuple[str, ...]) -> SSHSession:
        """`behind`: the machines that this one is on the way to."""
        with self._lock:
            mine = self._machines.setdefault(endpoint.name, threading.Lock())
        if endpoint.name in behind or len(behind) > MOST_HOPS:
            raise Unreachable(f"{behind[0]}: the way there goes in a circle: {' <- '.join([*behind, endpoint.name])}")
        with mine:
            session = self._used(endpoint.name)
            return session or self._opened(endpoint, behind)

    def _used(self, name: str) -> SSHSession | None:
        with self._lock:
            session = self._open.pop(name, None)
            if session and session.alive:
                self._open[name] = session
                return session
        return None

    def _opened(self, endpoint: Endpoint, behind: tuple[str, ...]) -> SSHSession:
        at, jump = self._way(endpoint, behind)
        for attempt in Retrying(
            stop=stop_after_attempt(TRIES),
            wait=wait_random_exponential(multiplier=0.3, max=3),
            retry=retry_if_exception_type(Transient),
            reraise=True,
        ):
            with attempt, self._handshakes:
                session = self._connect(endpoint, at, self._credentials, jump)
        with self._lock:
            self._make_room()
            self._open[endpoint.name] = session
        return session

    def _way(self, endpoint: Endpoint, behind: tuple[str, ...]) -> tuple[Resolved, SSHSession | None]:
        at = self._resolve(endpoint)
        last = hop(endpoint, at)
        return at, self._over(last, (*behind, endpoint.name)) if last else None

    def _make_room(self) -> None:
        while len(self._open) >= self._limit:
            oldest = next(iter(self._open))
            self._open.pop(oldest).close()

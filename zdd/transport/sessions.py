"""Sessions by machine: opened once, shared, opened again where the connection has died or had to make room."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from zdd.errors import Lost, Unreachable
from zdd.model import Endpoint
from zdd.transport import Channel, Command, Result
from zdd.transport.credentials import Credentials
from zdd.transport.jump import hop
from zdd.transport.login import Transient
from zdd.transport.openssh import Resolved, resolve
from zdd.transport.ssh import SSHSession
from zdd.transport.vouched import Distrusted

HANDSHAKES = 8  # at once: sshd drops more than its MaxStartups
TRIES = 3
MOST_HOPS = 8
BREAKS = 5.0  # seconds: a connection that broke is known to be gone before
ROOM = 60.0  # seconds to wait until one of the open ones has nothing to do
BOOT = Command(verb="boot", script="cat /proc/sys/kernel/random/boot_id 2>/dev/null || :")


class Reached:
    """One machine. Implements `Session`: each use of it takes the connection that there is then."""

    def __init__(self, sessions: "Sessions", endpoint: Endpoint) -> None:
        self._sessions, self._endpoint = sessions, endpoint

    @property
    def name(self) -> str:
        return self._endpoint.name

    @contextmanager
    def lent(self) -> Iterator[paramiko.Transport]:
        """For a function of the user's: nothing is known of what it does with it, or when."""
        with self._sessions.used(self._endpoint) as session:
            yield session.transport

    def run(self, command: Command) -> Result:
        """A question whose connection breaks is asked again, over another one. One that was waited for is not: a
        machine that is silent would be waited for twice."""
        with self._sessions.used(self._endpoint) as session:
            began = time.monotonic()
            try:
                return session.run(command)
            except Lost:
                if command.changes or command.users_own or time.monotonic() - began > BREAKS:
                    raise
        with self._sessions.used(self._endpoint) as session:
            return session.run(command)

    def upload(self, source: Path | bytes, target: str, *, sha256: str, mode: str = "0600", become: str = "") -> None:
        with self._sessions.used(self._endpoint) as session:
            session.upload(source, target, sha256=sha256, mode=mode, become=become)

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        with self._sessions.used(self._endpoint) as session:
            return session.dial(address, port, timeout)


class Sessions:
    """At most `limit` are open at once; idle ones make room, and one that something runs on never does. Safe to use
    from several threads."""

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
        self._uses: Counter[str] = Counter()  # of each, by threads of ours, at this moment
        self._boots: dict[str, str] = {}  # boot ids of machines whose session made room
        self._lock = threading.Lock()
        self._machines: dict[str, threading.Lock] = {}
        self._handshakes = threading.Semaphore(HANDSHAKES)

    def open(self, endpoint: Endpoint) -> Reached:
        """A machine that is there. Raises `Unreachable` with what to do about it."""
        with self.used(endpoint):
            return Reached(self, endpoint)

    @contextmanager
    def used(self, endpoint: Endpoint) -> Iterator[SSHSession]:
        """A live session, which stays open as long as the block lasts. Raises `Unreachable`."""
        with self._lock:
            self._uses[endpoint.name] += 1
        try:
            yield self._trusted(endpoint)
        finally:
            with self._lock:
                self._uses[endpoint.name] -= 1

    def _trusted(self, endpoint: Endpoint) -> SSHSession:
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
        self._make_room()
        for attempt in Retrying(
            stop=stop_after_attempt(TRIES),
            wait=wait_random_exponential(multiplier=0.3, max=3),
            retry=retry_if_exception_type(Transient),
            reraise=True,
        ):
            with attempt, self._handshakes:
                session = self._connect(endpoint, at, self._credentials, jump)
        self._same_boot(endpoint.name, session)
        with self._lock:
            self._open[endpoint.name] = session
        return session

    def _same_boot(self, name: str, session: SSHSession) -> None:
        """Once: whoever looks again knows it."""
        before = self._boots.pop(name, "")
        if before and session.run(BOOT).out.strip() != before:
            session.close()
            raise Lost(f"{name} was booted since it was last spoken to")

    def _way(self, endpoint: Endpoint, behind: tuple[str, ...]) -> tuple[Resolved, SSHSession | None]:
        at = self._resolve(endpoint)
        last = hop(endpoint, at)
        return at, self._over(last, (*behind, endpoint.name)) if last else None

    def _make_room(self) -> None:
        """The longest-unused of those that nothing runs on goes; where there is none, one is waited for."""
        end = time.monotonic() + ROOM
        while leaver := self._leaver():
            name, session = leaver
            if session is None:
                if time.monotonic() > end:
                    raise Unreachable(f"{self._limit} connections are open, and none has become idle in {ROOM:g} s")
                time.sleep(0.02)
                continue
            if session.alive:
                with contextlib.suppress(Lost):
                    self._boots[name] = session.boot or session.run(BOOT).out.strip()
            session.close()

    def _leaver(self) -> tuple[str, SSHSession | None] | None:
        """Who goes, taken off the list; None beside no name where all are busy; None where there is room."""
        with self._lock:
            if len(self._open) < self._limit:
                return None
            for name, session in self._open.items():
                if not session.alive or not (self._uses[name] or session.busy):
                    return name, self._open.pop(name)
            return "", None

"""One machine over SSH, on paramiko, with what that leaves out: a limit on every wait, a watch for peers that froze,
and no result without an exit status."""

import contextlib
import threading
from collections.abc import Iterable
from pathlib import Path

import paramiko

from zdd.errors import Lost, Unreachable
from zdd.model import Endpoint
from zdd.transport import Channel, Command, Result, Session
from zdd.transport.credentials import Credentials
from zdd.transport.exchange import exchange
from zdd.transport.hearing import GONE, SILENT
from zdd.transport.login import CONNECT, WINDOW, logged_in
from zdd.transport.openssh import Resolved
from zdd.transport.standing import Shell, Shells, stands
from zdd.transport.sudo import Sudo
from zdd.transport.upload import upload

OPEN = 15.0  # seconds until a channel is there


class SSHSession:
    """Implements `zdd.transport.Session`."""

    def __init__(self, endpoint: Endpoint, at: Resolved, credentials: Credentials, jump: Session | None = None) -> None:
        way = jump.dial(at.address, at.port, CONNECT) if jump else None
        self._endpoint = endpoint
        self._transport = logged_in(endpoint, at, way, credentials)
        self._dialled: list[paramiko.Channel] = []  # those that somebody may still speak on
        self._shells = Shells(lambda: Shell(self))
        self._sudo = Sudo(endpoint.name, credentials.sudo, lambda command: exchange(self, command, b""))

    @property
    def name(self) -> str:
        return self._endpoint.name

    @property
    def transport(self) -> paramiko.Transport:
        return self._transport

    @property
    def alive(self) -> bool:
        return bool(self._transport.is_active())

    @property
    def boot(self) -> str:
        """What tells this boot of the machine from another; empty where nothing has said so yet."""
        return self._shells.boot

    @property
    def busy(self) -> bool:
        """Somebody speaks on a stream that was dialled over it."""
        self._dialled = [channel for channel in self._dialled if not channel.closed]
        return bool(self._dialled)

    def close(self) -> None:
        self._transport.close()

    # -- the contract

    def run(self, command: Command) -> Result:
        password = self._password(command)
        if not stands(command):
            return exchange(self, command, password)
        with self._shells.one() as shell:
            return shell.run(command, password)

    def upload(self, source: Path | bytes, target: str, *, sha256: str, mode: str = "0600", become: str = "") -> None:
        upload(self, source, target, sha256=sha256, mode=mode, become=become)

    def stream(self, command: Command, blocks: Iterable[bytes]) -> Result:
        """The same as `run`, with an input that is read as it goes."""
        return exchange(self, command, self._password(command), blocks)

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        try:
            channel = self._transport.open_channel("direct-tcpip", (address, port), ("127.0.0.1", 0), timeout=timeout)
        except paramiko.ChannelException as error:
            raise ConnectionRefusedError(f"{address}:{port} from {self.name}: {error.text}") from error
        except (paramiko.SSHException, EOFError, OSError) as error:
            if self.alive and "imeout" in str(error):
                raise TimeoutError(f"{address}:{port} from {self.name} did not answer in {timeout:g} s") from error
            raise Lost(f"{self.name}: {error or GONE}") from error
        channel.settimeout(timeout)
        self._dialled.append(channel)
        return channel

    def open(self) -> paramiko.Channel:
        """A channel for commands. Nothing was begun if this fails."""
        try:
            try:
                return self._opened()
            except paramiko.ChannelException:  # sshd allows so many; shells that wait for a command may go
                self._shells.make_room()
                return self._opened()
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise Unreachable(f"{self.name}: no channel: {error or GONE}") from error

    def _opened(self) -> paramiko.Channel:
        return self._transport.open_session(window_size=WINDOW, timeout=OPEN)

    def _password(self, command: Command) -> bytes:
        """The line that sudo wants; empty where it wants none."""
        user = command.become or command.within
        return self._sudo.password(user) if user else b""

    def ping(self) -> bool:
        """Whether the peer answers at all. paramiko's own keepalive never looks for a reply."""
        answered = threading.Event()

        def ask() -> None:
            with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
                self._transport.global_request("keepalive@openssh.com", wait=True)
                answered.set()

        threading.Thread(target=ask, daemon=True).start()
        return answered.wait(SILENT) and self.alive

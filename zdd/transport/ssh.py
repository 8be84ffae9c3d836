"""One machine over SSH, on paramiko, with what that leaves out: a limit on every wait, a watch for peers that froze,
and no result without an exit status."""

import contextlib
import itertools
import secrets
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import paramiko
from paramiko.common import cMSG_CHANNEL_REQUEST

from zdd.errors import Lost, Unreachable
from zdd.model import Endpoint
from zdd.transport import Channel, Command, Result, Session
from zdd.transport.credentials import Credentials
from zdd.transport.login import CONNECT, WINDOW, logged_in
from zdd.transport.openssh import Resolved
from zdd.transport.shell import SUDO_REFUSED, framed, unframed
from zdd.transport.sudo import Sudo, refused
from zdd.transport.upload import upload

OPEN = 15.0  # seconds until a channel is there
GRACE = 5.0  # the host's own limit comes first
ENDED = (124, 137)  # how `timeout` says that it ended a command
SILENT = 10.0  # a peer that answers nothing for so long is gone
LOOK = 1.0  # seconds between two looks at a peer that has nothing to say
BLOCK = 1 << 18


class SSHSession:
    """Implements `zdd.transport.Session`."""

    def __init__(self, endpoint: Endpoint, at: Resolved, credentials: Credentials, jump: Session | None = None) -> None:
        way = jump.dial(at.address, at.port, CONNECT) if jump else None
        self._endpoint = endpoint
        self._transport = logged_in(endpoint, at, way, credentials)
        self._dialled: list[paramiko.Channel] = []  # those that somebody may still speak on
        self._sudo = Sudo(endpoint.name, credentials.sudo, lambda command: Exchange(self, command).result())

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
    def busy(self) -> bool:
        """Somebody speaks on a stream that was dialled over it."""
        self._dialled = [channel for channel in self._dialled if not channel.closed]
        return bool(self._dialled)

    def close(self) -> None:
        self._transport.close()

    # -- the contract

    def run(self, command: Command) -> Result:
        exchange = Exchange(self, command)
        return exchange.result()

    def upload(self, source: Path | bytes, target: str, *, sha256: str, mode: str = "0600", become: str = "") -> None:
        upload(self, source, target, sha256=sha256, mode=mode, become=become)

    def stream(self, command: Command, blocks: Iterable[bytes]) -> Result:
        """The same as `run`, with an input that is read as it goes."""
        return Exchange(self, command, blocks).result()

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        try:
            channel = self._transport.open_channel("direct-tcpip", (address, port), ("127.0.0.1", 0), timeout=timeout)
        except paramiko.ChannelException as error:
            raise ConnectionRefusedError(f"{address}:{port} from {self.name}: {error.text}") from error
        except (paramiko.SSHException, EOFError, OSError) as error:
            if self.alive and "imeout" in str(error):
                raise TimeoutError(f"{address}:{port} from {self.name} did not answer in {timeout:g} s") from error
            raise Lost(f"{self.name}: {error or 'the connection is gone'}") from error
        channel.settimeout(timeout)
        self._dialled.append(channel)
        return channel

    def open(self) -> paramiko.Channel:
        """A channel for one command. Nothing was begun if this fails."""
        try:
            return self._transport.open_session(window_size=WINDOW, timeout=OPEN)
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise Unreachable(f"{self.name}: no channel: {error or 'the connection is gone'}") from error

    def framed(self, command: Command, nonce: str) -> tuple[str, bytes]:
        """The line for sshd, and what goes ahead of the command's own input."""
        user = command.become or command.within
        password = self._sudo.password(user) if user else b""
        return framed(command, nonce, password=bool(password)), password

    def ping(self) -> bool:
        """Whether the peer answers at all. paramiko's own keepalive never looks for a reply."""
        answered = threading.Event()

        def ask() -> None:
            with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
                self._transport.global_request("keepalive@openssh.com", wait=True)
                answered.set()

        threading.Thread(target=ask, daemon=True).start()
        return answered.wait(SILENT) and self.alive


class Exchange:
    """One command on one channel: input in, both outputs out, and the exit status."""

    def __init__(self, session: SSHSession, command: Command, blocks: Iterable[bytes] = ()) -> None:
        self.session, self.command = session, command
        self.blocks = blocks or ([command.stdin] if command.stdin else [])
        self.nonce = secrets.token_hex(8)
        self.end = time.monotonic() + command.timeout + GRACE
        self.out, self.err = bytearray(), bytearray()

    def result(self) -> Result:
        channel = self.session.open()
        try:
            self._begin(channel)
            self._drain(channel)
            return self._ended(channel)
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise self._lost(str(error) or "the connection is gone") from error
        finally:
            channel.close()

    def _begin(self, channel: paramiko.Channel) -> None:
        channel.settimeout(SILENT)
        line, ahead = self.session.framed(self.command, self.nonce)
        _ask_for(line, channel)
        feeder = threading.Thread(target=self._feed, args=(channel, ahead), daemon=True)
        feeder.start() if ahead or self.blocks else channel.shutdown_write()

    def _feed(self, channel: paramiko.Channel, ahead: bytes) -> None:
        """In a thread of its own: a machine that talks before it has listened would block both. Whatever cannot be
        sent ends the input, and the machine says what it makes of that."""
        channel.settimeout(None)  # whoever drains looks after the peer, and closes the channel
        with contextlib.suppress(OSError, EOFError):
            for block in itertools.chain([ahead], self.blocks):
                channel.sendall(block)
        with contextlib.suppress(OSError, EOFError):
            channel.shutdown_write()

    def _drain(self, channel: paramiko.Channel) -> None:
        """Both streams, whichever has something, until both have ended; looks after the peer while nothing comes."""
        news = threading.Event()
        channel.in_buffer.set_event(news)
        channel.in_stderr_buffer.set_event(news)
        heard = time.monotonic()
        while not _over(channel):
            if self._take(channel):
                heard = time.monotonic()
                continue
            self._look_after(heard)
            if time.monotonic() - heard > SILENT:
                heard = time.monotonic()
            news.clear()
            if not (_has_news(channel) or _over(channel)):
                news.wait(max(0.0, min(LOOK, self.end - time.monotonic())))

    def _take(self, channel: paramiko.Channel) -> bool:
        took = False
        if channel.recv_ready():
            self.out += channel.recv(BLOCK)
            took = True
        if channel.recv_stderr_ready():
            self.err += channel.recv_stderr(BLOCK)
            took = True
        return took

    def _look_after(self, heard: float) -> None:
        now = time.monotonic()
        if now > self.end:
            raise self._lost(f"it did not end in {self.command.timeout:g} s")
        if not self.session.alive:
            raise self._lost("the connection is gone")
        if now - heard > SILENT and not self.session.ping():
            self.session.close()
            raise self._lost(f"it answered nothing for {SILENT:g} s")

    def _ended(self, channel: paramiko.Channel) -> Result:
        if not channel.status_event.wait(max(0.1, min(SILENT, self.end - time.monotonic()))):
            raise self._lost("it ended without an exit status")
        if channel.exit_status < 0:
            raise self._lost(self._without_status(channel))
        if channel.exit_status in ENDED and time.monotonic() > self.end - GRACE - 1:
            raise self._lost(f"it did not end in {self.command.timeout:g} s")
        out, err = unframed(bytes(self.out), self.nonce), unframed(bytes(self.err), self.nonce)
        if out is None:
            raise self._refused(channel.exit_status, bytes(self.err).decode(errors="replace"))
        return Result(exit=channel.exit_status, out=out, err=err or "")

    def _without_status(self, channel: paramiko.Channel) -> str:
        """Of a command that was killed the outputs end; where the peer refuses it or is gone, they do not."""
        if channel.eof_received:
            return "it was killed"
        return "the channel was closed" if self.session.alive else "the connection is gone"

    def _refused(self, status: int, err: str) -> Exception:
        """The command's own shell never spoke."""
        if status == SUDO_REFUSED or "sudo" in err:
            return refused(self.session.name, self.command.become, err)
        return self._lost(f"its shell did not start (exit {status}): {err.strip()}")

    def _lost(self, why: str) -> Lost:
        said = (unframed(bytes(self.err), self.nonce) or "").strip().splitlines()[-20:]
        return Lost(f"{self.session.name}: {self.command.verb}: {why}", output="\n".join(said))


def _has_news(channel: paramiko.Channel) -> bool:
    return channel.recv_ready() or channel.recv_stderr_ready()


def _over(channel: paramiko.Channel) -> bool:
    """Nothing is there, and nothing will come."""
    return bool(channel.eof_received or channel.closed) and not _has_news(channel)


def _ask_for(line: str, channel: paramiko.Channel) -> None:
    """Without waiting for the answer, which paramiko itself would do for ever: where the peer refuses, the channel is
    closed, and whoever drains it looks after a peer that says nothing."""
    request = paramiko.Message()
    request.add_byte(cMSG_CHANNEL_REQUEST)
    request.add_int(channel.remote_chanid)
    request.add_string("exec")
    request.add_boolean(True)
    request.add_string(line)
    channel.get_transport()._send_user_message(request)  # type: ignore[attr-defined]

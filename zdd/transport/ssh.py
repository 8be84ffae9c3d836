"""One machine over SSH, on paramiko, with what that leaves out: a limit on every wait, a watch for peers that froze,
and no result without an exit status."""

import contextlib
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import paramiko

from zdd.errors import Failed, Lost, Unreachable
from zdd.model import Endpoint
from zdd.transport import Channel, Command, Result, known_hosts
from zdd.transport.agent import agent_keys
from zdd.transport.openssh import Resolved, resolve
from zdd.transport.shell import SUDO_REFUSED, framed, unframed
from zdd.transport.upload import upload

CONNECT, BANNER, AUTH, OPEN = 10.0, 15.0, 20.0, 15.0  # seconds
GRACE = 5.0  # the host's own limit comes first
ENDED = (124, 137)  # how `timeout` says that it ended a command
SILENT = 10.0  # a peer that answers nothing for so long is gone
BLOCK = 1 << 18
WINDOW = 1 << 24
WEAK = {
    "macs": ["hmac-md5", "hmac-md5-96", "hmac-sha1-96"],
    "ciphers": ["3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc"],
}


class SSHSession:
    """Implements `zdd.transport.Session`."""

    def __init__(self, endpoint: Endpoint, jump: "SSHSession | None" = None) -> None:
        self._endpoint, self._at = endpoint, resolve(endpoint)
        self._transport = _connect(endpoint, self._at, jump)

    @property
    def name(self) -> str:
        return self._endpoint.name

    @property
    def alive(self) -> bool:
        return bool(self._transport.is_active())

    def close(self) -> None:
        self._transport.close()

    # -- the contract

    def run(self, command: Command) -> Result:
        exchange = Exchange(self, command)
        return exchange.result()

    def upload(self, source: Path | bytes, target: str, *, sha256: str, mode: str = "0600", become: str = "") -> None:
        upload(self, source, target, sha256=sha256, mode=mode, become=become)

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
        return channel

    def open(self) -> paramiko.Channel:
        """A channel for one command. Nothing was begun if this fails."""
        try:
            return self._transport.open_session(window_size=WINDOW, timeout=OPEN)
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise Unreachable(f"{self.name}: no channel: {error or 'the connection is gone'}") from error

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

    def __init__(self, session: SSHSession, command: Command) -> None:
        self.session, self.command = session, command
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
        channel.exec_command(framed(self.command, self.nonce))
        feeder = threading.Thread(target=self._feed, args=(channel,), daemon=True)
        feeder.start() if self.command.stdin else channel.shutdown_write()

    def _feed(self, channel: paramiko.Channel) -> None:
        """In a thread of its own: a machine that talks before it has listened would block both."""
        with contextlib.suppress(OSError, EOFError):
            channel.sendall(self.command.stdin)
            channel.shutdown_write()

    def _drain(self, channel: paramiko.Channel) -> None:
        """Both streams, whichever has something, until both have ended; looks after the peer while nothing comes."""
        news = threading.Event()
        channel.in_buffer.set_event(news)
        channel.in_stderr_buffer.set_event(news)
        heard = time.monotonic()
        while not (channel.eof_received and not channel.recv_ready() and not channel.recv_stderr_ready()):
            if self._take(channel):
                heard = time.monotonic()
                continue
            self._look_after(heard)
            if time.monotonic() - heard > SILENT:
                heard = time.monotonic()
            news.clear()
            if not (channel.recv_ready() or channel.recv_stderr_ready() or channel.eof_received):
                news.wait(0.05 if time.monotonic() - heard < 1 else 0.25)

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
            raise self._lost("it was killed")
        if channel.exit_status in ENDED and time.monotonic() > self.end - GRACE - 1:
            raise self._lost(f"it did not end in {self.command.timeout:g} s")
        out, err = unframed(bytes(self.out), self.nonce), unframed(bytes(self.err), self.nonce)
        if out is None:
            raise self._refused(channel.exit_status, bytes(self.err).decode(errors="replace"))
        return Result(exit=channel.exit_status, out=out, err=err or "")

    def _refused(self, status: int, err: str) -> Exception:
        """The command's own shell never spoke."""
        if status == SUDO_REFUSED or "sudo" in err:
            why = f"{self.session.name}: sudo -n to {self.command.become} was refused: {err.strip()}"
            return Failed(why, cause="environment", output=err)
        return self._lost(f"its shell did not start (exit {status}): {err.strip()}")

    def _lost(self, why: str) -> Lost:
        said = (unframed(bytes(self.err), self.nonce) or "").strip().splitlines()[-20:]
        return Lost(f"{self.session.name}: {self.command.verb}: {why}", output="\n".join(said))


# ---- connecting


def _connect(endpoint: Endpoint, at: Resolved, jump: SSHSession | None) -> paramiko.Transport:
    """A verified and logged-in transport."""
    transport = paramiko.Transport(_socket(endpoint, at, jump), default_window_size=WINDOW, disabled_algorithms=WEAK)
    transport.banner_timeout, transport.auth_timeout = BANNER, AUTH
    _prefer(transport, known_hosts.kinds(at.known_hosts, at.address, at.port))
    try:
        transport.start_client(timeout=BANNER)
        known_hosts.verify(endpoint.name, at.known_hosts, at.address, at.port, transport.get_remote_server_key())
        _log_in(transport, endpoint, at)
    except (paramiko.SSHException, EOFError, OSError) as error:
        transport.close()
        raise Unreachable(f"{endpoint.name}: {error or 'the connection was closed'}") from error
    except Unreachable:
        transport.close()
        raise
    return transport


def _socket(endpoint: Endpoint, at: Resolved, jump: SSHSession | None) -> "socket.socket | paramiko.Channel":
    if jump:
        channel = jump.dial(at.address, at.port, CONNECT)
        assert isinstance(channel, paramiko.Channel)
        return channel
    try:
        made = socket.create_connection((at.address, at.port), timeout=CONNECT)
    except OSError as error:
        why = "did not answer" if isinstance(error, TimeoutError) else error.strerror or str(error)
        raise Transient(f"{endpoint.name}: {at.address}:{at.port}: {why}") from error
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # without it each channel waits 40 ms for a delayed ACK
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return made


def _prefer(transport: paramiko.Transport, kinds: list[str]) -> None:
    """Ask for the key that is known; RSA keys sign under newer names."""
    if not kinds:
        return
    options = transport.get_security_options()
    wanted = {
        name for kind in kinds for name in ("rsa-sha2-512", "rsa-sha2-256", kind) if kind == "ssh-rsa" or name == kind
    }
    options.key_types = [t for t in options.key_types if t in wanted] or options.key_types


def _log_in(transport: paramiko.Transport, endpoint: Endpoint, at: Resolved) -> None:
    tried: list[str] = []
    for label, key in _keys(endpoint, at):
        try:
            transport.auth_publickey(at.user, key)
            return
        except paramiko.AuthenticationException:
            tried.append(label)
    what = ", ".join(tried) or "no key at all: name one with ansible_ssh_private_key_file, or load one into ssh-agent"
    raise Unreachable(f"{endpoint.name}: {at.user} may not log in with {what}")


def _keys(endpoint: Endpoint, at: Resolved) -> Iterator[tuple[str, paramiko.PKey]]:
    for path in at.keys:
        try:
            yield str(path), paramiko.PKey.from_path(path)
        except paramiko.PasswordRequiredException:
            continue  # the agent has it, or nobody
        except (paramiko.SSHException, paramiko.pkey.UnknownKeyType, ValueError, OSError) as error:
            if endpoint.key_file:
                raise Unreachable(f"{endpoint.name}: the key {path} cannot be read: {error}") from error
    if not endpoint.key_file or not at.keys:
        yield from agent_keys()


class Transient(Unreachable):
    """Worth another try: nothing says that it would be refused again."""

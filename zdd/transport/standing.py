"""Shells that stay on a machine and read one command after another.

Who logs in anew for each command waits for sshd, PAM and the login's own start-up files each time, which takes longer
than most commands. What users write gets a login of its own all the same: nobody knows what it leaves behind that goes
on writing on its outputs.
"""

import contextlib
import re
import shlex
import threading
from collections.abc import Callable, Iterator

import paramiko

from zdd.errors import Unreachable
from zdd.transport import Command, Result
from zdd.transport.hearing import GONE, SILENT, Hearing, Peer, ask_for, is_over, status
from zdd.transport.said import Said
from zdd.transport.shell import framed

LONGEST = 1 << 16  # bytes of input that are written into the command itself
KILLED = range(129, 160)  # 128 + a signal: how a shell says that something was killed
LEAVE = 2.0  # seconds until one that was told to go has gone
# The first thing it does, without a process of its own: what tells one boot of the machine from another.
HELLO = b"""zdd=; IFS= read -r zdd 2>/dev/null </proc/sys/kernel/random/boot_id; printf 'zdd boot %s\\n' "$zdd"
"""
BOOT = re.compile(rb"^zdd boot (\S+)$", re.MULTILINE)


def stands(command: Command) -> bool:
    """May it be run in a shell that stays?"""
    return not command.users_own and len(command.stdin) <= LONGEST and b"\0" not in command.stdin


class Shell:
    """One of them, for one command at a time."""

    def __init__(self, peer: Peer) -> None:
        """Raises `Unreachable`."""
        self._peer, self._channel = peer, peer.open()
        self._ahead = HELLO  # sent with the first command
        self.boot = ""  # of the machine, once the first command has ended; empty where it has none
        try:
            ask_for("exec /bin/sh", self._channel)
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise Unreachable(f"{peer.name}: no shell: {error or GONE}") from error

    @property
    def ready(self) -> bool:
        return not (self._channel.closed or self._channel.eof_received or self._channel.status_event.is_set())

    def run(self, command: Command, password: bytes = b"") -> Result:
        said = Said(self._peer.name, command)
        end = f"{said.nonce}."  # in no process's arguments, so that nothing can print it before
        ended = re.compile(rf"\n{re.escape(end)} (\d+)\n".encode())
        try:
            self._channel.settimeout(SILENT)
            line = framed(command, said.nonce, password=bool(password))
            self._channel.sendall(self._ahead + turn(line, password + command.stdin, end))
            Hearing(self._peer, self._channel, said).until(
                lambda: bool(ended.search(said.out) and ended.search(said.err)) or is_over(self._channel)
            )
            self._greeted(said)
            return said.result(self._status(said, ended))
        except (paramiko.SSHException, EOFError, OSError) as error:
            self.close()
            raise said.lost(str(error) or GONE) from error

    def _greeted(self, said: Said) -> None:
        if self._ahead:
            found = BOOT.search(said.out)
            self._ahead, self.boot = b"", found[1].decode() if found else ""

    def _status(self, said: Said, ended: re.Pattern[bytes]) -> int:
        """Cuts off what the shell that stays has said itself."""
        out, err = ended.search(said.out), ended.search(said.err)
        if not (out and err):
            return status(self._peer, self._channel, said)
        code = int(out[1])
        del said.out[out.start() :], said.err[err.start() :]
        if code in KILLED:
            raise ConnectionError(said.too_long if said.is_late else "it was killed")
        return code

    def leave(self) -> None:
        """Its place at sshd is free afterwards, or never will be."""
        with contextlib.suppress(OSError, EOFError):
            self._channel.shutdown_write()
            self._channel.status_event.wait(LEAVE)
        self.close()

    def close(self) -> None:
        self._channel.close()


class Shells:
    """As many as are spoken to at once, opened when they are needed."""

    def __init__(self, open: Callable[[], Shell]) -> None:
        self._open = open
        self.boot = ""  # of the machine; empty where nobody knows
        self._waiting: list[Shell] = []
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def one(self) -> Iterator[Shell]:
        shell = self._taken() or self._open()
        try:
            yield shell
        finally:
            self._back(shell)

    def make_room(self) -> None:
        """Whoever waits goes."""
        with self._lock:
            leaving, self._waiting = self._waiting, []
        for shell in leaving:
            shell.leave()

    def _taken(self) -> Shell | None:
        with self._lock:
            while self._waiting:
                if (shell := self._waiting.pop()).ready:
                    return shell
                shell.close()
        return None

    def _back(self, shell: Shell) -> None:
        self.boot = self.boot or shell.boot
        if shell.ready:
            with self._lock:
                self._waiting.append(shell)
        else:
            shell.close()


def turn(line: str, stdin: bytes, end: str) -> bytes:
    """For the shell that stays: the command, and both streams told that it has ended. `printf` is the shell's own, so
    that no input is ever among a process's arguments."""
    given = b"printf %s " + shlex.quote(stdin.decode("latin-1")).encode("latin-1") + b" | " if stdin else b""
    here = b"" if stdin else b" </dev/null"
    told = f"zdd=$?\nprintf '\\n%s %s\\n' {end} $zdd\nprintf '\\n%s %s\\n' {end} $zdd >&2\n"
    return b"%s(\n%s\n)%s\n%s" % (given, line.encode(), here, told.encode())

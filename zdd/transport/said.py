"""What one command has said on both streams, and what is made of it."""

import secrets
import time

from zdd.errors import Lost
from zdd.transport import Command, Result
from zdd.transport.shell import SUDO_REFUSED, unframed
from zdd.transport.sudo import refused

GRACE = 5.0  # seconds: the host's own limit comes first
ENDED = (124, 137)  # how `timeout` says that it ended a command


class Said:
    """Filled while the command runs. Its own shell says `nonce` first, so that what came before is known."""

    def __init__(self, machine: str, command: Command) -> None:
        self.machine, self.command = machine, command
        self.nonce = secrets.token_hex(8)
        self.end = time.monotonic() + command.timeout + GRACE
        self.out, self.err = bytearray(), bytearray()

    @property
    def too_long(self) -> str:
        return f"it did not end in {self.command.timeout:g} s"

    @property
    def is_late(self) -> bool:
        """Time for the host's own limit to have ended it."""
        return time.monotonic() > self.end - GRACE - 1

    def result(self, status: int) -> Result:
        """Raises `Lost` where its limit has ended it, `Failed` where sudo said no."""
        if status in ENDED and self.is_late:
            raise self.lost(self.too_long)
        out, err = unframed(bytes(self.out), self.nonce), unframed(bytes(self.err), self.nonce)
        if out is None:
            raise self._refused(status)
        return Result(exit=status, out=out, err=err or "")

    def _refused(self, status: int) -> Exception:
        """The command's own shell never spoke."""
        err = bytes(self.err).decode(errors="replace")
        if status == SUDO_REFUSED or "sudo" in err:
            return refused(self.machine, self.command.become, err)
        return self.lost(f"its shell did not start (exit {status}): {err.strip()}")

    def lost(self, why: str) -> Lost:
        said = (unframed(bytes(self.err), self.nonce) or "").strip().splitlines()[-20:]
        return Lost(f"{self.machine}: {self.command.verb}: {why}", output="\n".join(said))

"""How a machine is spoken to: commands are values, sessions run them.

A command's text is POSIX `sh`. It is built apart from what runs it, so that a test can compare it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is to be run on a machine."""

    verb: str  # what it does, in a word: "activate"; for messages, and for fakes to answer by
    script: str  # POSIX sh
    args: Mapping[str, Any] = field(default_factory=dict)  # what the script was built from
    stdin: bytes = b""
    timeout: float = 30.0  # seconds until it must have ended
    changes: bool = False  # never asked again when it is lost; refused by a host that has seen a higher epoch
    become: str = ""  # the user it runs as, by sudo; empty: who logs in
    users_own: bool = False  # has words of the user's in it: nobody knows what they leave behind
    within: str = ""  # the user whom the script itself calls sudo for, as `${zdd_sudo:-sudo -n}`

    def by(self, user: str) -> "Command":
        return replace(self, become=user)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a command ended. A command without an exit status has no result: that is `Lost`."""

    exit: int
    out: str = ""
    err: str = ""

    @property
    def ok(self) -> bool:
        return self.exit == 0

    @property
    def last_words(self) -> str:
        """The last 20 lines of what the machine itself said: of stderr, or of stdout where that is silent."""
        return "\n".join((self.err.strip() or self.out.strip()).splitlines()[-20:])


class Channel(Protocol):
    """A byte stream to an address as the machine itself sees it. Reads and writes obey the timeout."""

    def sendall(self, data: bytes) -> None: ...

    def recv(self, size: int) -> bytes: ...

    def settimeout(self, seconds: float | None) -> None: ...

    def close(self) -> None: ...


class Session(Protocol):
    """One machine, reached. Safe to use from several threads at once."""

    @property
    def name(self) -> str: ...

    def run(self, command: Command) -> Result:
        """Run it to its end. Raises `Lost` when nobody knows whether it happened, `Unreachable` when it was not begun,
        `LeaseLost` when the machine has seen a higher epoch."""

    def upload(self, source: Path | bytes, target: str, *, sha256: str, mode: str = "0600", become: str = "") -> None:
        """Put a verified, fsynced file in place at once (write beside, then rename), its folder made if need be.
        Unchanged where it is there already. Raises `Failed` when the machine refuses it, `Lost` as `run` does."""

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        """Open a stream from the machine to an address. Raises `ConnectionRefusedError` or `TimeoutError` where that
        address does not answer, `Lost` where the machine itself is gone."""

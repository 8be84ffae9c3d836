"""Whether sudo on a machine wants the password, found out once a connection. A wrong one is not given twice."""

import threading
from collections.abc import Callable
from dataclasses import replace

from zdd.errors import Failed
from zdd.transport import Command, Result
from zdd.transport.shell import asks

WANTED = "a password is required"
HELPS = "-K asks you for it, or let who logs in do without (NOPASSWD)"


class Sudo:
    """The password for one connection. Without one it is `sudo -n`, and sudo may say no."""

    def __init__(self, machine: str, password: str, run: Callable[[Command], Result]) -> None:
        self._machine, self._run = machine, run
        self._line = f"{password}\n".encode() if password else b""
        self._wanted: dict[str, bytes | Failed] = {}  # by user: the line that sudo wants, or what it said to it
        self._lock = threading.Lock()

    def password(self, user: str) -> bytes:
        """The line to send ahead of what is done as `user`; empty where sudo asks for nothing. Raises `Failed`."""
        if not self._line:
            return b""
        with self._lock:
            if user not in self._wanted:
                self._wanted[user] = self._found_out(user)
            wanted = self._wanted[user]
        if isinstance(wanted, Failed):
            raise wanted
        return wanted

    def _found_out(self, user: str) -> bytes | Failed:
        result = self._run(replace(asks(user), stdin=self._line))
        if not result.ok:
            return refused(self._machine, user, result.last_words, " with the password of -K")
        return self._line if result.out.strip() == "asked" else b""


def refused(machine: str, user: str, said: str, how: str = "") -> Failed:
    """sudo says why in its last line; what comes before are warnings of its own, and a lecture."""
    reason = (said.strip().splitlines() or ["it said nothing"])[-1].removeprefix("sudo: ")
    helps = f"; {HELPS}" if reason == WANTED else ""
    return Failed(f"{machine}: sudo to {user} was refused{how}: {reason}{helps}", "environment", said)

"""Whether sudo on a machine wants the password, found out once a connection. A wrong one is given once in all."""

import threading
from collections.abc import Callable
from dataclasses import replace

from zdd.errors import Failed
from zdd.transport import Command, Result
from zdd.transport.shell import asks

WANTED, WRONG = "a password is required", "incorrect password"  # in sudo's own words
ASKED = "asked"
HELPS = "-K asks you for it, or let who logs in do without (NOPASSWD)"


class Password:
    """What a person typed for sudo; may be empty. Safe to use from several threads.

    Until a machine has taken it, it is given to one at a time, and once it was wrong to nobody: where machines share
    their accounts, a wrong one on each of them locks the person out.
    """

    def __init__(self, text: str = "") -> None:
        self.line = f"{text}\n".encode() if text else b""
        self._lock = threading.Lock()
        self._right = False
        self._wrong_on = ""

    def given(self, machine: str, give: Callable[[], Result]) -> Result:
        """Raises `Failed` where it is given no more."""
        if self._right:
            return give()
        with self._lock:
            if self._wrong_on:
                why = f"it was wrong on {self._wrong_on}, so that nobody else gets it"
                raise Failed(f"{machine}: the password of -K was not given: {why}", "environment")
            result = give()
            self._right = result.ok and result.out.strip() == ASKED
            self._wrong_on = machine if WRONG in result.err else ""
            return result


class Sudo:
    """The password for one connection. Without one it is `sudo -n`, and sudo may say no."""

    def __init__(self, machine: str, password: Password, run: Callable[[Command], Result]) -> None:
        self._machine, self._shared, self._run = machine, password, run
        self._wanted: dict[str, bytes | Failed] = {}  # by user: the line that sudo wants, or what it said to it
        self._lock = threading.Lock()

    def password(self, user: str) -> bytes:
        """The line to send ahead of what is done as `user`; empty where sudo asks for nothing. Raises `Failed`."""
        if not self._shared.line:
            return b""
        with self._lock:
            if user not in self._wanted:
                self._wanted[user] = self._tried(user)
            wanted = self._wanted[user]
        if isinstance(wanted, Failed):
            raise wanted
        return wanted

    def _tried(self, user: str) -> bytes | Failed:
        command = replace(asks(user), stdin=self._shared.line)
        try:
            result = self._shared.given(self._machine, lambda: self._run(command))
        except Failed as error:
            return error
        if not result.ok:
            return refused(self._machine, user, result.last_words, " with the password of -K")
        return self._shared.line if result.out.strip() == ASKED else b""


def refused(machine: str, user: str, said: str, how: str = "") -> Failed:
    """sudo says why in its last line; what comes before are warnings of its own, and a lecture."""
    reason = (said.strip().splitlines() or ["it said nothing"])[-1].removeprefix("sudo: ")
    helps = f"; {HELPS}" if reason == WANTED else ""
    return Failed(f"{machine}: sudo to {user} was refused{how}: {reason}{helps}", "environment", said)

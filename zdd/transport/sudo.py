"""Whether sudo on a machine wants the password, found out once a connection. A wrong one is not given twice."""

import threading
from collections.abc import Callable
from dataclasses import replace

from zdd.errors import Failed
from zdd.transport import Command, Result
from zdd.transport.shell import asks


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
            why = f"{self._machine}: sudo to {user} was refused with the password of -K: {result.last_words}"
            return Failed(why, "environment", result.last_words)
        return self._line if result.out.strip() == "asked" else b""

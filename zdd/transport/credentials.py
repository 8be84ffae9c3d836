"""What a person types once: passphrases of keys, and the password for sudo. Written nowhere, in no command line."""

import threading
from collections.abc import Callable
from pathlib import Path

import paramiko

from zdd.transport.sudo import Password

TRIES = 3


class NoKey(Exception):
    """Why a key can't be used."""


class Credentials:
    """Safe to use from several threads: a question is asked once, the others wait for its answer.

    `ask` asks a person, whose answer does not show; None where nobody is here. `sudo`: the password for it, if any.
    """

    def __init__(self, ask: Callable[[str], str] | None = None, sudo: str = "") -> None:
        self._ask, self.sudo = ask, Password(sudo)
        self._lock = threading.Lock()
        self._keys: dict[Path, paramiko.PKey | NoKey] = {}

    def decrypted(self, path: Path) -> paramiko.PKey:
        """An encrypted key. Raises `NoKey` where nobody knows its passphrase."""
        with self._lock:
            if path not in self._keys:
                try:
                    self._keys[path] = self._asked(path)
                except NoKey as error:
                    self._keys[path] = error
            key = self._keys[path]
        if isinstance(key, NoKey):
            raise key
        return key

    def _asked(self, path: Path) -> paramiko.PKey:
        if self._ask is None:
            raise NoKey(f"it is encrypted, and nobody is here to ask for its passphrase: `ssh-add {path}` first")
        for _ in range(TRIES):
            try:
                passphrase = self._ask(f"Passphrase for {path}: ").encode()
                return paramiko.PKey.from_path(path, passphrase)  # type: ignore[arg-type] # its annotation is wrong
            except (paramiko.SSHException, ValueError):
                continue
        raise NoKey("it does not open with that passphrase")

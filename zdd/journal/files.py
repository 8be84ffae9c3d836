"""The frozen files of runs: rendered contents and artifacts, each under its own SHA-256.

A file is copied, never hard-linked: a build that writes into its old file again would change what was frozen.
"""

import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Protocol

from sqlalchemy.exc import SQLAlchemyError

from zdd.errors import Failed, Finding, Preflight

BLOCK = 1 << 20
BROKEN = (OSError, SQLAlchemyError)  # the disk, or the database of the team


class Shared(Protocol):
    """Where a team keeps the same files for all its machines."""

    def put(self, digest: str, path: Path) -> None: ...

    def blocks(self, digest: str) -> Iterator[bytes]:
        """Raises `KeyError` where the file is not there."""


class Files:
    """A folder of files named after what is in them; what another machine of the team has frozen is fetched."""

    def __init__(self, folder: Path, shared: Shared | None = None) -> None:
        self.folder, self._shared = folder, shared
        self._verified: dict[str, tuple[int, ...]] = {}

    def put(self, content: bytes | Path) -> str:
        """Keep it; returns its SHA-256 in hex. Durable when it returns, and never seen half-written."""
        try:
            with _reading(content) as source:
                digest = self._keep(_blocks(source))
            if self._shared:
                self._shared.put(digest, self.folder / digest)
        except BROKEN as error:
            what = f"cannot keep {content if isinstance(content, Path) else 'a file'}: {_words(error)}"
            raise Preflight([Finding(str(self.folder), what)]) from error
        return digest

    def get(self, digest: str) -> Path:
        """Where it is. Raises `Failed` when it is gone or damaged."""
        path = self.folder / digest
        try:
            self._fetch(digest)
            seen = _identity(path)
            if self._verified.get(digest) != seen:
                self._verify(path, digest)
                self._verified[digest] = seen
        except BROKEN as error:
            raise Failed(f"the frozen file {path} cannot be read: {_words(error)}", "environment") from error
        return path

    def _fetch(self, digest: str) -> None:
        """One that nobody has is missed when it is read."""
        if self._shared and not (self.folder / digest).exists():
            with suppress(KeyError):
                self._keep(self._shared.blocks(digest))

    def _keep(self, content: Iterable[bytes]) -> str:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self.folder, prefix=".new-", delete=False) as beside:
            try:
                digest = _copy(content, beside)
                Path(beside.name).rename(self.folder / digest)
            except BaseException:
                Path(beside.name).unlink(missing_ok=True)
                raise
        self._sync_folder()
        return digest

    def _sync_folder(self) -> None:
        """A rename is durable only when its folder is."""
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _verify(self, path: Path, digest: str) -> None:
        found = sha256()
        with path.open("rb") as file:
            for block in _blocks(file):
                found.update(block)
        if found.hexdigest() != digest:
            raise Failed(f"the frozen file {path} is damaged: its content is not what its name says", "environment")


@contextmanager
def _reading(content: bytes | Path) -> Iterator[IO[bytes]]:
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as source:
        yield source


def _copy(content: Iterable[bytes], target: IO[bytes]) -> str:
    """Durable when it returns the SHA-256 of what it copied."""
    digest = sha256()
    for block in content:
        digest.update(block)
        target.write(block)
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest()


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def _identity(path: Path) -> tuple[int, ...]:
    """Tells whether a file is still the one that was verified."""
    stat = path.stat()
    return (stat.st_ino, stat.st_size, stat.st_mtime_ns)


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(getattr(error, "orig", None) or error)

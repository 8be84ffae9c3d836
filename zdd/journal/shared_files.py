"""Frozen files in the database of a team, so that whoever carries a run on has them, from whatever machine."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, delete, func, select

from zdd.journal.database import Database, blocks

BLOCK = 1 << 20


class SharedFiles:
    """Files in blocks of a MiB, under their SHA-256. The last block, which may be empty, says that a file is whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, digest: str, path: Path) -> None:
        """Each block is a transaction of its own: a large artifact holds up nobody's journal."""
        if self._whole(digest):
            return
        with self._database.change() as connection:
            connection.execute(delete(blocks).where(blocks.c.digest == digest))
        with path.open("rb") as file:
            for position, content in enumerate(iter(lambda: file.read(BLOCK), b"")):
                self._write(digest, position, content)
            self._write(digest, position=-(-file.tell() // BLOCK), content=b"", last=True)

    def blocks(self, digest: str) -> Iterator[bytes]:
        """Its content in order. Raises `KeyError` where it is not there, or not whole."""
        if not self._whole(digest):
            raise KeyError(digest)
        with self._database.read() as connection:
            for position in range(self._count(connection, digest)):
                here = (blocks.c.digest == digest) & (blocks.c.position == position)
                yield connection.execute(select(blocks.c.content).where(here)).scalar_one()

    def _write(self, digest: str, position: int, content: bytes, *, last: bool = False) -> None:
        with self._database.change() as connection:
            row = {"digest": digest, "position": position, "content": content, "last": last}
            connection.execute(blocks.insert().values(**row))

    def _whole(self, digest: str) -> bool:
        with self._database.read() as connection:
            ends = select(blocks.c.digest).where(blocks.c.digest == digest, blocks.c.last)
            return connection.scalar(ends) is not None

    def _count(self, connection: Connection, digest: str) -> int:
        return connection.scalar(select(func.count()).select_from(blocks).where(blocks.c.digest == digest)) or 0

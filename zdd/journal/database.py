"""The database that a store is kept in: SQLite in a folder of its own, or whatever a URL names.

Every change is durable when its transaction ends, and one change at a time gives numbers without gaps.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    select,
)

FORMAT = 2  # of the tables; a store of another format is refused, never guessed at
BUSY = 30.0  # seconds to wait for another process's change
CREATION = 0x7A6464  # key of PostgreSQL's advisory lock around the creation of the tables

metadata = MetaData()
formats = Table("zdd_format", metadata, Column("version", Integer, primary_key=True))
runs = Table(
    "run",
    metadata,
    Column("id", String, primary_key=True),
    Column("created", Float, nullable=False),
    Column("playbook", Text, nullable=False),
    Column("versions", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("around", Text, nullable=False),
    Column("given_up", Text),
    Column("direction", String, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),  # of its newest event
    Column("last", Float, nullable=False),
    Column("code", Integer),
)
fleets = Table(
    "run_fleet",
    metadata,
    Column("run", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("fleet", String, nullable=False, index=True),
)
events = Table(
    "event",
    metadata,
    Column("run", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("body", Text, nullable=False),
)
# What tasks in flight wait for, for who looks on. A store that was made before it gets it when it is opened.
waits = Table(
    "run_waits",
    metadata,
    Column("run", String, primary_key=True),
    Column("note", Text, nullable=False),
)
releases = Table(
    "release_record",
    metadata,
    Column("digest", String, primary_key=True),
    Column("run", String, nullable=False),
)
blocks = Table(  # of frozen files, where the store is not a folder
    "frozen_block",
    metadata,
    Column("digest", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("last", Boolean, nullable=False),
)


class WrongFormat(ValueError):
    """The tables were made by another version of zdd."""


class Database:
    """Reads, and changes one at a time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._one_change = threading.Lock()  # threads that queue here need not spin on SQLite's own lock

    @classmethod
    def in_folder(cls, folder: Path) -> "Database":
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = create_engine(f"sqlite:///{folder / 'journal.db'}", connect_args={"timeout": BUSY})
        event.listen(engine, "connect", _prepare_sqlite)
        with _alone(folder):
            return cls._made(engine)

    @classmethod
    def at(cls, url: str) -> "Database":
        return cls._made(create_engine(url))

    @classmethod
    def _made(cls, engine: Engine) -> "Database":
        database = cls(engine)
        try:
            database._make_tables()
        except BaseException:
            database.close()
            raise
        return database

    def _make_tables(self) -> None:
        with self.change() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({CREATION})")
            there = _has_tables(connection)
            metadata.create_all(connection)  # also those that it was made before
            if not there:
                connection.execute(formats.insert().values(version=FORMAT))

    @contextmanager
    def change(self) -> Iterator[Connection]:
        """A transaction that no other change runs beside. Durable when the block ends, undone if it raises."""
        with self._one_change, self.engine.begin() as connection:
            if self.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def _has_tables(connection: Connection) -> bool:
    """Looked at before any is made: another zdd's store stays as it is. Raises `WrongFormat`."""
    there = set(inspect(connection).get_table_names())
    if formats.name in there:
        found = connection.scalar(select(formats.c.version))
        if found != FORMAT:
            raise WrongFormat(f"its format is {found}, this zdd reads and writes format {FORMAT}")
        return True
    if others := sorted(there & metadata.tables.keys()):
        raise WrongFormat(f"it has tables of something else: {', '.join(others)}")
    return False


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Transactions are begun by hand (`BEGIN IMMEDIATE`); the driver's own begin would take the lock too late."""
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The first switch to WAL does not wait for others as all else does."""
    lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)

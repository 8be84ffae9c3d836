"""Frozen files that a team shares by its database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from zdd.errors import Failed
from zdd.journal.database import Database, blocks
from zdd.journal.files import Files
from zdd.journal.shared_files import BLOCK, SharedFiles


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database.in_folder(tmp_path / "database")
    yield made
    made.close()


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, 2 * BLOCK + 7])
def test_another_machine_gets_what_one_has_frozen(tmp_path: Path, database: Database, size: int) -> None:
    here, there = (Files(tmp_path / name, SharedFiles(database)) for name in ("here", "there"))
    content = bytes(number % 251 for number in range(size))
    digest = here.put(content)
    assert there.get(digest).read_bytes() == content
    assert here.put(content) == digest, "twice is once"


def test_a_file_that_was_cut_off_is_not_handed_out_and_can_be_put_again(tmp_path: Path, database: Database) -> None:
    here, there = (Files(tmp_path / name, SharedFiles(database)) for name in ("here", "there"))
    digest = here.put(b"x" * (BLOCK + 1))
    with database.change() as connection:
        connection.execute(delete(blocks).where(blocks.c.last))
    with pytest.raises(Failed, match="cannot be read"):
        there.get(digest)
    here.put(b"x" * (BLOCK + 1))
    assert there.get(digest).stat().st_size == BLOCK + 1


def test_one_that_nobody_has_is_missed(tmp_path: Path, database: Database) -> None:
    with pytest.raises(Failed, match="cannot be read"):
        Files(tmp_path / "here", SharedFiles(database)).get("0" * 64)

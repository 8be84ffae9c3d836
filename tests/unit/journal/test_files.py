"""The frozen files of runs."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from zdd.errors import Failed, Preflight
from zdd.journal.files import Files

DIGEST = sha256(b"release").hexdigest()


def test_what_is_put_is_got(tmp_path: Path) -> None:
    files = Files(tmp_path / "files")
    assert files.put(b"release") == DIGEST
    assert files.get(DIGEST).read_bytes() == b"release"
    assert files.put(b"release") == DIGEST


def test_only_the_owner_reads_them(tmp_path: Path) -> None:
    files = Files(tmp_path / "files")
    path = files.get(files.put(b"release"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_build_that_writes_its_file_again_does_not_change_the_frozen_one(tmp_path: Path) -> None:
    artifact = tmp_path / "shop.tar.gz"
    artifact.write_bytes(b"release")
    files = Files(tmp_path / "files")
    digest = files.put(artifact)
    with artifact.open("r+b") as file:
        file.write(b"another")
    assert files.get(digest).read_bytes() == b"release"


def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    files = Files(tmp_path / "files")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Preflight, match="No space left on device"):
        files.put(b"release")
    assert list((tmp_path / "files").iterdir()) == []


def test_a_source_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(Preflight, match=r"shop\.tar\.gz: No such file"):
        Files(tmp_path / "files").put(tmp_path / "shop.tar.gz")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=DIGEST) as error:
        Files(tmp_path / "files").get(DIGEST)
    assert error.value.cause == "environment"


def test_a_damaged_file_is_never_handed_out(tmp_path: Path) -> None:
    files = Files(tmp_path / "files")
    files.get(files.put(b"release")).write_bytes(b"releasE+")
    with pytest.raises(Failed, match="damaged"):
        files.get(DIGEST)

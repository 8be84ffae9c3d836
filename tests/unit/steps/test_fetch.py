"""An artifact that the host fetches itself, and looks through before it is unpacked."""

import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.steps.machine import Machine
from zdd.model import Release
from zdd.steps import fetch_commands as commands
from zdd.steps import release_commands
from zdd.transport import Result

Member = tuple[str, Callable[[tarfile.TarInfo], None]]


def plain(member: tarfile.TarInfo) -> None: ...


def symlink(to: str) -> Callable[[tarfile.TarInfo], None]:
    def make(member: tarfile.TarInfo) -> None:
        member.type, member.linkname, member.size = tarfile.SYMTYPE, to, 0

    return make


def hardlink(to: str) -> Callable[[tarfile.TarInfo], None]:
    def make(member: tarfile.TarInfo) -> None:
        member.type, member.linkname, member.size = tarfile.LNKTYPE, to, 0

    return make


def setuid(member: tarfile.TarInfo) -> None:
    member.mode = 0o4755


def device(member: tarfile.TarInfo) -> None:
    member.type, member.size, member.devmajor, member.devminor = tarfile.CHRTYPE, 0, 1, 3


def tarball(*members: Member, mode: str = "w:gz") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
        for name, make in members:
            member = tarfile.TarInfo(name)
            member.size = 3
            make(member)
            archive.addfile(member, io.BytesIO(b"abc") if member.size else None)
    return packed.getvalue()


@pytest.fixture
def web(machine: Machine, tmp_path: Path) -> Machine:
    """A machine whose curl gives what lies in `served`."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "curl").write_text(
        f'#!/bin/sh\nwhile [ $# -gt 1 ]; do [ "$1" = -o ] && to=$2; shift; done\ncp \'{tmp_path}/served\' "$to"\n'
    )
    (tools / "curl").chmod(0o755)
    machine.path = f"{tools}:{machine.path}"
    (tmp_path / "srv").mkdir()
    return machine


def release(tmp: Path, content: bytes, sha256: str = "") -> Release:
    (tmp / "served").write_bytes(content)
    digest = sha256 or hashlib.sha256(content).hexdigest()
    return Release(version="1.1", id="b" * 64, path=str(tmp / "srv"), artifact=digest, url="https://x/shop.tar.gz")


def staged(web: Machine, release: Release) -> Result:
    assert web.run(commands.fetch(release)).ok
    return web.run(release_commands.unpack(release))


@pytest.mark.parametrize("mode", ["w:gz", "w"])
def test_it_is_fetched_once_verified_and_unpacked(web: Machine, tmp_path: Path, mode: str) -> None:
    made = release(tmp_path, tarball(("a/b", plain), ("a/c", symlink("b")), ("up", symlink("a/../a/b")), mode=mode))
    result = staged(web, made)
    assert result.ok, result.err
    folder = Path(release_commands.beside(made))
    assert (folder / "a" / "b").read_text() == "abc" and (folder / "up").resolve() == folder / "a" / "b"
    (tmp_path / "served").unlink()
    assert "unchanged" in web.run(commands.fetch(made)).out


def test_what_is_not_what_its_checksum_says_is_not_kept(web: Machine, tmp_path: Path) -> None:
    made = release(tmp_path, tarball(("a", plain)), sha256="0" * 64)
    result = web.run(commands.fetch(made))
    assert result.exit == 65 and "is not what sha256 says" in result.err
    assert list((tmp_path / "srv" / ".zdd").iterdir()) == []


def test_what_cannot_be_fetched_is_named(web: Machine, tmp_path: Path) -> None:
    made = release(tmp_path, b"x")
    (tmp_path / "served").unlink()
    result = web.run(commands.fetch(made))
    assert not result.ok and "https://x/shop.tar.gz cannot be fetched" in result.err


@pytest.mark.parametrize(
    ("member", "why"),
    [
        (("../out", plain), "it leads out of the release"),
        (("a/../../out", plain), "it leads out of the release"),
        (("/tmp/out", plain), "it leads out of the release"),
        (("a", setuid), "setuid"),
        (("a", device), "it is neither a file"),
        (("a", symlink("/etc/passwd")), "outside of the release"),
        (("a", symlink("../../..")), "outside of the release"),
        (("a/b", symlink("../nowhere/..")), "outside of the release"),
        (("a", hardlink("/etc/passwd")), "it leads out of the release"),
        (("a", hardlink("../x")), "it leads out of the release"),
    ],
)
def test_what_no_release_may_hold(web: Machine, tmp_path: Path, member: Member, why: str) -> None:
    result = staged(web, release(tmp_path, tarball(("good", plain), member)))
    assert not result.ok and why in result.err
    assert not (tmp_path / "out").exists() and not (tmp_path / "srv" / "out").exists()


def test_what_is_no_tarball(web: Machine, tmp_path: Path) -> None:
    assert not staged(web, release(tmp_path, b"<html>not found</html>")).ok

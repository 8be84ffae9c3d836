"""Artifacts: a tarball is looked through before any host unpacks it; equal folders are packed to equal files.

Whatever GNU tar or BusyBox tar would do with a bad member, none gets there. A single top folder is not stripped: what
the tarball holds is what the release holds.
"""

import gzip
import io
import os
import tarfile
from collections.abc import Iterator
from itertools import dropwhile
from pathlib import Path, PurePosixPath

MAX_BYTES = 8 << 30
MAX_MEMBERS = 500_000


class BadTarball(ValueError):
    """What is wrong with it, and with which member."""


def check(tarball: Path, *, max_bytes: int = MAX_BYTES, max_members: int = MAX_MEMBERS) -> int:
    """Raises `BadTarball`. Returns how many bytes it unpacks to."""
    size, links = 0, set[PurePosixPath]()
    try:
        with tarfile.open(tarball, "r:gz" if is_gzipped(tarball) else "r:") as archive:
            for number, member in enumerate(archive, 1):
                size += member.size
                if number > max_members or size > max_bytes:
                    raise BadTarball(f"{tarball} unpacks to more than {max_members} files or {max_bytes} bytes")
                _check_member(member, links)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BadTarball(f"{tarball} is no whole tarball: {error}") from error
    return size


def is_gzipped(tarball: Path) -> bool:
    """By its content: the frozen file has no ending to tell."""
    with tarball.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def pack(folder: Path) -> bytes:
    """A tarball of the folder's content: names in order, no times, no owners."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in sorted(folder.rglob("*")):
            _add(archive, path, path.relative_to(folder).as_posix())
    return packed.getvalue()


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    member = archive.gettarinfo(path, name)
    if member is None:
        raise BadTarball(f"{path}: a socket cannot be part of a release")
    member.mtime, member.uid, member.gid, member.uname, member.gname = 0, 0, 0, "", ""
    member.mode = 0o755 if member.isdir() or os.access(path, os.X_OK) else 0o644
    if member.islnk():  # two names of one file: which is first depends on nothing that counts
        member.type, member.linkname, member.size = tarfile.REGTYPE, "", path.stat().st_size
    if member.isreg():
        with path.open("rb") as content:
            archive.addfile(member, content)
    else:
        archive.addfile(member)


def _check_member(member: tarfile.TarInfo, links: set[PurePosixPath]) -> None:
    for why in _faults(member, links):
        raise BadTarball(f"{member.name!r}: {why}")
    if member.issym():
        links.add(PurePosixPath(member.name))


def _faults(member: tarfile.TarInfo, links: set[PurePosixPath]) -> Iterator[str]:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or "\n" in member.name or "\0" in member.name:
        yield "its path leads out of the release"
    if links & {*path.parents}:
        yield "it lies behind a link, which could lead anywhere"
    if path.parts[:1] in ((".zdd-complete",), (".zdd-assets",)):
        yield "zdd keeps that name for itself"
    if not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
        yield "it is neither a file, a folder nor a link"
    if member.mode & 0o6000:
        yield "it is setuid or setgid"
    if member.issym() and _leaves(path.parent, member.linkname):
        yield f"it links to {member.linkname}, outside of the release"
    to = PurePosixPath(member.linkname)
    if member.islnk() and (_leaves(PurePosixPath(), member.linkname) or links & {to, *to.parents}):
        yield f"it links to {member.linkname}, which may be outside of the release"
    if path in links and not member.issym():
        yield "a link of that name would be written through"


def _leaves(start: PurePosixPath, link: str) -> bool:
    """Whether a link leads above the top. `..` is read only ahead of names: after one, which may be a link itself,
    nobody can tell where it leads."""
    parts = [part for part in link.split("/") if part not in ("", ".")]
    names = list(dropwhile(lambda part: part == "..", parts))
    return not link or link.startswith("/") or ".." in names or len(parts) - len(names) > len(start.parts)

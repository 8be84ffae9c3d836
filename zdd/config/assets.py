"""The files in the asset folders of an artifact: what old and new release must both be able to serve."""

import tarfile
from collections.abc import Sequence
from hashlib import file_digest
from pathlib import PurePosixPath
from typing import IO

from zdd.config.source import nearest


class BadAssets(ValueError):
    """What is wrong with them."""


def asset_files(tarball: IO[bytes], folders: Sequence[str]) -> dict[str, str]:
    """Name -> SHA-256. The tarball is one that `tarball.check` has looked through. Raises `BadAssets`."""
    with tarfile.open(fileobj=tarball) as archive:
        members = [(PurePosixPath(member.name), member) for member in archive]
        _refuse_absent(folders, [path for path, _ in members])
        return {str(path): _digest(archive, member) for path, member in members if _is_asset(path, member, folders)}


def within(path: PurePosixPath, folders: Sequence[str]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _is_asset(path: PurePosixPath, member: tarfile.TarInfo, folders: Sequence[str]) -> bool:
    """Also says no to what cannot be one and is among them."""
    if not within(path, folders) or member.isdir():
        return False
    if member.issym():
        raise BadAssets(f"{path} is a link: only plain files can be assets")
    if "\\" in member.name:
        raise BadAssets(f"{path}: an asset's name can have no backslash")
    return True


def _digest(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    content = archive.extractfile(member)
    assert content, f"{member.name} is a file"
    return file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # it reads as a file does


def _refuse_absent(folders: Sequence[str], paths: Sequence[PurePosixPath]) -> None:
    there = {str(above) for path in paths for above in (path, *path.parents)}
    for folder in folders:
        if str(PurePosixPath(folder)) not in there:
            near = nearest(folder, there)
            raise BadAssets(f"the artifact has no folder {folder}" + (f"; did you mean `{near}`?" if near else ""))

"""A release that zdd puts on hosts as a folder: where it lies, its artifact, its assets."""

import re
from collections.abc import Mapping
from pathlib import Path

from zdd.config.assets import BadAssets
from zdd.config.recipe import Build
from zdd.config.release_keys import ReleaseKeys
from zdd.config.sheet import Sheet
from zdd.config.tarball import BadTarball
from zdd.config.templates import Scope


def unpacked(sheet: Sheet, keys: ReleaseKeys, host: str, version: str, scope: Scope) -> Build:
    """All of it but the files that tasks render."""
    artifact, digest, url = _artifact(sheet, keys, scope) if version else (Path(), "", "")  # one error is enough
    return Build(
        version=version,
        path=_path(sheet, keys, host, scope),
        artifact=artifact,
        artifact_digest=digest,
        url=url,
        shared=keys.shared,
        assets=keys.assets,
        asset_files=_assets(sheet, keys, artifact, digest),
        owner=sheet.rendering.text(keys.owner or "", sheet.spot("release", "owner"), scope),
        keep=keys.keep,
    )


def _path(sheet: Sheet, keys: ReleaseKeys, host: str, scope: Scope) -> str:
    spot = sheet.spot("release", "path")
    written = sheet.scopes.variables(host).get("release_path") or keys.path or f"/srv/{sheet.keys.name}"
    path = sheet.rendering.text(str(written), spot, scope).rstrip("/")
    if path and not path.startswith("/"):
        sheet.wrong(spot, f"path: `{path}` must begin with /")
    return path


def _artifact(sheet: Sheet, keys: ReleaseKeys, scope: Scope) -> tuple[Path, str, str]:
    """Where it is here, its SHA-256, and where hosts fetch it instead."""
    spot = sheet.spot("release", "artifact")
    written = sheet.rendering.text(keys.artifact or "", spot, scope)
    if "://" in written:
        return Path(), _pinned(sheet, keys, written, scope), written
    if keys.sha256:
        sheet.wrong(sheet.spot("release", "sha256"), "sha256: it is for URLs; of a file zdd takes it itself")
    path = sheet.file(written, spot, [Path.cwd(), sheet.beside]) if written else None
    if path is None:
        return Path(written), "", ""
    try:
        return path, sheet.contents.artifact(path), ""
    except (BadTarball, OSError) as error:
        sheet.wrong(spot, f"artifact: {error}")
        return path, "", ""


def _pinned(sheet: Sheet, keys: ReleaseKeys, url: str, scope: Scope) -> str:
    """What a host fetches is told from anything else by its checksum alone."""
    spot = sheet.spot("release", "artifact")
    if not url.startswith(("https://", "http://")) or any(c.isspace() or c in "'\"\\" for c in url):
        sheet.wrong(spot, f"artifact: {url} is no address that curl and wget know: write https://…")
    if not keys.sha256:
        sheet.wrong(spot, "artifact: a URL needs `sha256` beside it: the first word that sha256sum prints of the file")
        return ""
    digest = sheet.rendering.text(keys.sha256, sheet.spot("release", "sha256"), scope)
    if digest and not re.fullmatch(r"[0-9a-f]{64}", digest):
        sheet.wrong(sheet.spot("release", "sha256"), f"sha256: `{digest}` is no SHA-256: 64 digits of 0-9 and a-f")
    return digest


def _assets(sheet: Sheet, keys: ReleaseKeys, artifact: Path, digest: str) -> Mapping[str, str]:
    if not keys.assets or not digest:
        return {}
    if artifact == Path():
        sheet.wrong(sheet.spot("release", "assets"), "assets: they need an artifact that the controller has, not a URL")
        return {}
    try:
        return sheet.contents.assets(artifact, keys.assets)
    except BadAssets as error:
        sheet.wrong(sheet.spot("release", "assets"), f"assets: {error}")
        return {}

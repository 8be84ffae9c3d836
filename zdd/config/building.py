"""What makes a release on one host: artifact, files and tasks, and the id that digests all of it."""

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import file_digest, sha256
from pathlib import Path, PurePosixPath
from typing import Any

from zdd.config import tarball
from zdd.config.assets import asset_files, within
from zdd.config.recipe import Build, Written
from zdd.config.secrets import TOKEN as SECRET
from zdd.config.secrets import Vault
from zdd.model import File

TOKEN = "zdd-id-8"  # stands for the id's first 8 digits until the id is known; as long as they are


@dataclass(slots=True)
class Contents:
    """What was rendered or read, under its SHA-256; artifacts are read once for all hosts. Secrets are references."""

    vault: Vault = field(default_factory=Vault)
    held: dict[str, bytes] = field(default_factory=dict)
    artifacts: dict[Path, str] = field(default_factory=dict)
    asset_files: dict[tuple[Path, tuple[str, ...]], Mapping[str, str]] = field(default_factory=dict)

    def put(self, content: bytes) -> str:
        digest = sha256(content).hexdigest()
        self.held[digest] = content
        return digest

    def artifact(self, path: Path) -> str:
        """The digest of the tarball, which is looked through. Raises `tarball.BadTarball`."""
        if path not in self.artifacts:
            self.artifacts[path] = self.put(tarball.pack(path)) if path.is_dir() else self._file(path)
        return self.artifacts[path]

    def assets(self, path: Path, folders: tuple[str, ...]) -> Mapping[str, str]:
        """The files in these folders of the artifact, which was read before. Raises `assets.BadAssets`."""
        if (path, folders) not in self.asset_files:
            digest = self.artifacts[path]
            with io.BytesIO(self.held[digest]) if digest in self.held else path.open("rb") as tarball:
                self.asset_files[path, folders] = asset_files(tarball, folders)
        return self.asset_files[path, folders]

    def _file(self, path: Path) -> str:
        tarball.check(path)
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()


def identified(build: Build, deploy: Iterable[Written], contents: Contents) -> tuple[Build, tuple[Written, ...]]:
    """The same with its id, and with the id in every place where its token stood."""
    tasks = tuple(deploy)
    essence = json.dumps(_essence(build, tasks), sort_keys=True)
    secrets = sorted(contents.vault.known[found[0]] for found in SECRET.finditer(essence))
    id = sha256(f"{essence}{''.join(secrets)}".encode()).hexdigest()
    files = {file.digest: _with_id(file.digest, id, contents) for file in (*build.files, *build.kept_files)}
    made = replace(
        build,
        id=id,
        files=tuple(_final(file, id, files) for file in build.files),
        kept_files=tuple(_final(file, id, files) for file in build.kept_files),
    )
    made = replace(made, asset_files={**build.asset_files, **_rendered_assets(made)})
    seals = {f.seal: g.seal for f, g in zip(build.kept_files, made.kept_files, strict=True) if f.seal}
    return made, tuple(replace(task, args=_named(task.args, id, {**files, **seals})) for task in tasks)


def _essence(build: Build, tasks: tuple[Written, ...]) -> dict[str, Any]:
    """What makes it on this host. Where the playbook's lines stand makes no difference."""
    return {
        "version": build.version,
        "path": build.path,
        "artifact": build.artifact_digest,
        "files": [asdict(file) for file in build.files],
        "shared": list(build.shared),
        "assets": list(build.assets),
        "owner": build.owner,
        "deploy": [{"step": t.step, "args": dict(t.args), "on": t.on, "become": t.become} for t in tasks],
        **({"current": build.current, "available": build.available} if build.current else {}),
    }


def _rendered_assets(build: Build) -> dict[str, str]:
    return {file.dest: file.digest for file in build.files if within(PurePosixPath(file.dest), build.assets)}


def _final(file: File, id: str, files: Mapping[str, str]) -> File:
    """A seal is of the content without the id, which is part of it all the same."""
    digest = files[file.digest]
    return replace(file, digest=digest, seal=_sealed(file.seal, id) if digest != file.digest else file.seal)


def _sealed(seal: str, id: str) -> str:
    return sha256(f"{seal}{id}".encode()).hexdigest() if seal else ""


def _with_id(digest: str, id: str, contents: Contents) -> str:
    content = contents.held[digest]
    return contents.put(content.replace(TOKEN.encode(), id[:8].encode())) if TOKEN.encode() in content else digest


def _named(value: Any, id: str, files: dict[str, str]) -> Any:
    if isinstance(value, str):
        return files.get(value) or value.replace(TOKEN, id[:8])
    if isinstance(value, dict):
        return {key: _named(one, id, files) for key, one in value.items()}
    return [_named(one, id, files) for one in value] if isinstance(value, list | tuple) else value


def file_of(args: Mapping[str, Any], digest: str, seal: str = "") -> File:
    return File(dest=args["dest"], digest=digest, mode=args["mode"], owner=args.get("owner") or "", seal=seal)

"""Release tarballs of the demo's shop, sound ones and broken ones."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

SHOP = Path(__file__).parent / "shop"
FIRST = "1.0"  # every later release keeps more in a session

Behaviour = Literal["sound", "slow", "never starts", "fails health"]  # slow: takes 5 s to start


def build(dist: Path, version: str, behaviour: Behaviour = "sound", **modules: bytes) -> Path:
    """Write `dist/shop-<version>.tar.gz`. The same words make the same bytes, so that a release keeps its id. `modules`
    stand in for the shop's own."""
    files = {
        "VERSION": f"{version}\n".encode(),
        "BEHAVIOUR": f"{behaviour}\n".encode(),
        "SESSION": f"user visits{'' if version == FIRST else ' seen_by'}\n".encode(),
        **{path.name: path.read_bytes() for path in sorted(SHOP.glob("*.py"))},
        **{f"{name}.py": content for name, content in modules.items()},
        **dict(assets(version)),
    }
    dist.mkdir(parents=True, exist_ok=True)
    path = dist / f"shop-{version}.tar.gz"
    path.write_bytes(packed(files))
    return path


def assets(version: str) -> Mapping[str, bytes]:
    """Each has its content's fingerprint in its name, as build tools do it."""
    made = {kind: f"/* the shop's {kind} of {version} */\n".encode() for kind in ("css", "js")}
    return {f"public/assets/{version}-{fingerprint(content)}.{kind}": content for kind, content in made.items()}


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]


def packed(files: Mapping[str, bytes]) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), mtime=0)

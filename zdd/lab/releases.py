"""Release tarballs of the demo's shop, sound ones and broken ones."""

import gzip
import io
import tarfile
from pathlib import Path
from typing import Literal

APP = Path(__file__).parent / "shop" / "app.py"

Behaviour = Literal["sound", "slow", "never starts", "fails health"]  # slow: takes 5 s to start


def build(dist: Path, version: str, behaviour: Behaviour = "sound") -> Path:
    """Write `dist/shop-<version>.tar.gz`. The same words make the same bytes, so that a release keeps its id."""
    files = {
        "VERSION": f"{version}\n".encode(),
        "BEHAVIOUR": f"{behaviour}\n".encode(),
        "app.py": APP.read_bytes(),
    }
    dist.mkdir(parents=True, exist_ok=True)
    path = dist / f"shop-{version}.tar.gz"
    path.write_bytes(packed(files))
    return path


def packed(files: dict[str, bytes]) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), mtime=0)

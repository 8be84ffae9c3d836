"""Packages of a small service, and a repository of them on each machine's own disk, as apt has them."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machines.machine import Machine
from tests.machines.site import ANSWER

SERVE = "exec socat TCP-LISTEN:8090,reuseaddr,fork,backlog=128 EXEC:/usr/lib/parcels/answer"
BROKEN = "echo 'parcels has no database' >&2; exit 1"
UNIT = """[Service]
ExecStart=/bin/sh /usr/lib/parcels/serve
KillMode=mixed
TimeoutStopSec=10
"""
SLOW, CONFIGURING = "/run/slow", "/var/tmp/configuring"  # the first is gone at the next boot
POSTINST = f"""#!/bin/sh
systemctl daemon-reload
if [ -e {SLOW} ]; then touch {CONFIGURING} && sleep 60; fi
"""
CONTROL = """Package: parcels
Version: {version}
Architecture: all
Maintainer: The shop <shop@example.org>
Description: counts parcels
"""


def repository(folder: Path, versions: dict[str, str]) -> Path:
    """Version -> what its service runs. All packages, and the index that apt reads."""
    if not shutil.which("dpkg-deb"):
        pytest.skip("packages need dpkg-deb")
    folder.mkdir()
    (folder / "Packages").write_text("\n".join(_packages(folder, versions)))
    return folder


def _packages(folder: Path, versions: dict[str, str]) -> Iterator[str]:
    for version, serve in versions.items():
        file = folder / f"parcels_{version.partition(':')[2]}_all.deb"
        _build(folder.with_name(f"{folder.name}-{file.stem}"), file, version, serve)
        content = file.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        yield f"{CONTROL.format(version=version)}Filename: ./{file.name}\nSize: {len(content)}\nSHA256: {digest}\n"


def _build(tree: Path, file: Path, version: str, serve: str) -> None:
    files = {
        "DEBIAN/control": (CONTROL.format(version=version), 0o644),
        "DEBIAN/postinst": (POSTINST, 0o755),
        "lib/systemd/system/parcels.service": (UNIT, 0o644),
        "usr/lib/parcels/serve": (serve + "\n", 0o644),
        "usr/lib/parcels/answer": (ANSWER % version, 0o755),
    }
    for name, (text, mode) in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
        (tree / name).chmod(mode)
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", str(tree), str(file)], check=True, capture_output=True)


def offered(machine: Machine, repository: Path) -> None:
    """On the disk of the machine, and nothing else to install from."""
    shutil.copytree(repository, machine.disk / "srv/parcels")
    for listed in (machine.disk / "etc/apt/sources.list.d").glob("*"):
        listed.unlink()
    (machine.disk / "etc/apt/sources.list").write_text("deb [trusted=yes] file:/srv/parcels ./\n")

"""The disk of a machine: a small Debian with systemd, sshd, HAProxy and no Python, made once and kept."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CACHE = Path(__file__).parents[2] / ".machines"
RELEASE = "bookworm"
PACKAGES = ("systemd", "systemd-sysv", "dbus", "openssh-server", "iproute2", "procps", "haproxy", "socat", "sudo")
PROVISION = Path(__file__).with_name("provision.sh")
PROGRAMS = ("systemd-nspawn", "mmdebstrap", "ip")
LONGEST = 600.0


def image() -> Path:
    """The folder of the disk. Skips the test where this machine can have no machines in it."""
    _refuse()
    CACHE.mkdir(exist_ok=True)
    disk = CACHE / f"disk-{_digest()}"
    with _alone():
        if not (disk / "etc").is_dir():
            _make(disk)
    return disk


def _refuse() -> None:
    if os.geteuid() != 0:
        pytest.skip("machines need root")
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        pytest.skip(f"machines need {', '.join(missing)}")
    if subprocess.run(["unshare", "--mount", "--net", "true"], capture_output=True, check=False).returncode:
        pytest.skip("machines need namespaces, and the kernel says no")


def _digest() -> str:
    words = " ".join((RELEASE, *PACKAGES)).encode() + PROVISION.read_bytes()
    return hashlib.sha256(words).hexdigest()[:12]


def _make(disk: Path) -> None:
    beside = disk.with_suffix(".new")
    shutil.rmtree(beside, ignore_errors=True)
    hook = f'cp {PROVISION} "$1/provision" && chroot "$1" sh /provision && rm "$1/provision"'
    # It mounts this machine's /dev/shm and more into the disk. If it is killed they go with its namespace: left behind,
    # they would be emptied by the next removal of the folder.
    words = [
        "unshare",
        "--mount",
        "mmdebstrap",
        "--variant=minbase",
        f"--include={','.join(PACKAGES)}",
        f"--customize-hook={hook}",
    ]
    made = subprocess.run(
        [*words, RELEASE, str(beside), *_sources()], capture_output=True, text=True, timeout=LONGEST, check=False
    )
    if made.returncode != 0:
        raise AssertionError(f"the disk could not be made:\n{made.stderr[-2000:]}")
    beside.rename(disk)


def _sources() -> list[str]:
    """From where this machine's own packages come."""
    found = [*Path("/etc/apt/sources.list.d").glob("debian*.sources"), Path("/etc/apt/sources.list")]
    return [str(next(file for file in found if file.exists() and file.stat().st_size))]


@contextmanager
def _alone() -> Iterator[None]:
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

"""A PostgreSQL server for a test: a cluster of its own, on a socket of its own, gone with the test."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

PROGRAMS = Path("/usr/lib/postgresql")
USER = "postgres"


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Its URL for SQLAlchemy. It never listens on an address."""
    versions = sorted(PROGRAMS.glob("*/bin/initdb")) or pytest.skip("PostgreSQL is not installed")
    programs = versions[-1].parent
    with tempfile.TemporaryDirectory(prefix="zdd-pg-") as short:
        folder = Path(short)
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        data = str(folder / "data")
        ran([str(programs / "initdb"), "-D", data, "-U", USER, "-A", "trust", "-N"])
        server = [str(programs / "postgres"), "-D", data, "-k", short, "-c", "listen_addresses="]
        with subprocess.Popen(as_user(server), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                ran([str(programs / "pg_isready"), "-h", short, "-t", "10"], tries=100)
                yield f"postgresql+psycopg://{USER}@/postgres?host={short}"
            finally:
                process.terminate()


def as_user(command: Sequence[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    words = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] if os.geteuid() == 0 else []
    return [*words, *command]


def ran(command: Sequence[str], tries: int = 1) -> None:
    for left in range(tries - 1, -1, -1):
        done = subprocess.run(as_user(command), capture_output=True, text=True, cwd="/", check=False)
        if done.returncode == 0:
            return
        if not left:
            raise AssertionError(f"{command}: {done.stdout}{done.stderr}")

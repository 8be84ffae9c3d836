"""The control run: the same roll by a bare script over ssh, careful in everything but the drain.

It must fail requests, or the lab proves nothing.
"""

import shlex
import sys
from pathlib import Path

from zdd.lab import call
from zdd.lab.health import wait_until_healthy
from zdd.lab.lab import Lab, Machine, Unfit

SCRIPT = """\
set -e
mkdir -p {path}/releases/{version}
tar -xzf {tarball} -C {path}/releases/{version}
ln -s releases/{version} {path}/next
mv -T {path}/next {path}/current
{supervisorctl} restart shop
"""


def roll(lab: Lab, version: str) -> None:
    """One host after the other: swap the link, restart, wait until the host is healthy."""
    for host in lab.web:
        done = call.ssh(lab, host, script(lab, host, version))
        if done.returncode != 0:
            raise Unfit(f"{host.name}: {done.stdout}{done.stderr}")
        wait_until_healthy(host, version)


def script(lab: Lab, host: Machine, version: str) -> str:
    return SCRIPT.format(
        path=quoted(host.release_path),
        version=shlex.quote(version),
        tarball=quoted(lab.dist / f"shop-{version}.tar.gz"),
        supervisorctl=shlex.join(supervisorctl(host)),
    )


def supervisorctl(host: Machine) -> list[str]:
    return [sys.executable, "-m", "supervisor.supervisorctl", "-s", f"unix://{host.supervisor_socket}"]


def quoted(path: Path) -> str:
    return shlex.quote(str(path))

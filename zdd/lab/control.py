"""The control run: the same roll by a bare script over ssh, careful in everything but the drain.

It must fail requests and lose jobs, or the lab proves nothing.
"""

import shlex
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from zdd.lab import call
from zdd.lab.health import wait_until_healthy
from zdd.lab.lab import Lab, Machine, Unfit

# A release that is there already is not unpacked again.
SCRIPT = """\
set -e
cd {path}
release=$(ls -d releases/{version}-* 2>/dev/null | head -n 1)
if [ -z "$release" ]; then
  release=releases/{version}
  mkdir -p $release
  tar -xzf {tarball} -C $release
fi
ln -s $release next
mv -T next current
{supervisorctl} restart shop
"""

# As systemd stops a unit that says nothing of it: SIGTERM to every process of the service.
WORKER = """\
worker=$({supervisorctl} pid shop-worker) || worker=0
family=$(grep -l "^PPid:[[:space:]]*$worker$" /proc/[0-9]*/status | cut -d/ -f3) || :
[ "$worker" = 0 ] || kill -TERM $worker $family
{supervisorctl} restart shop-worker
"""


def roll(lab: Lab, version: str, *, at_once: int = 1) -> None:
    """So many hosts after the other: swap the link, restart, wait until the host is healthy."""
    with ThreadPoolExecutor(at_once) as pool:
        for first in range(0, len(lab.web), at_once):
            hosts: Sequence[Machine] = lab.web[first : first + at_once]
            list(pool.map(lambda host: switch(lab, host, version), hosts))


def switch(lab: Lab, host: Machine, version: str) -> None:
    done = call.ssh(lab, host, script(lab, host, version))
    if done.returncode != 0:
        raise Unfit(f"{host.name}: {done.stdout}{done.stderr}")
    wait_until_healthy(host, version)


def script(lab: Lab, host: Machine, version: str) -> str:
    return (SCRIPT + WORKER * bool(lab.redis)).format(
        path=quoted(host.release_path),
        version=shlex.quote(version),
        tarball=quoted(lab.dist / f"shop-{version}.tar.gz"),
        supervisorctl=shlex.join(supervisorctl(host)),
    )


def supervisorctl(host: Machine) -> list[str]:
    return [sys.executable, "-m", "supervisor.supervisorctl", "-s", f"unix://{host.supervisor_socket}"]


def quoted(path: Path) -> str:
    return shlex.quote(str(path))

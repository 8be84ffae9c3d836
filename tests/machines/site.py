"""Two web machines behind one HAProxy, as an operator has them: an unprivileged login, sudo, systemd, no Python."""

import contextlib
import secrets
import shlex
import subprocess
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from tests.controller import Controller
from tests.machines.image import image
from tests.machines.machine import Machine, ip

FRONT = 8000
SERVE = "exec socat TCP-LISTEN:8080,reuseaddr,fork,backlog=128 EXEC:/srv/shop/current/answer\n"
BROKEN = "echo 'the shop has no database' >&2\nexit 1\n"
ANSWER = """#!/bin/sh
while read -r line && [ "$line" != "$(printf '\\r')" ]; do :; done
body='{"version": "%s"}'
printf 'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: %%d\\r\\n\\r\\n%%s' "${#body}" "$body"
"""
HAPROXY = """
global
    stats socket /run/haproxy/admin.sock mode 660 group haproxy level admin
    user haproxy
    group haproxy
defaults
    mode http
    timeout connect 2s
    timeout client 10s
    timeout server 10s
frontend front
    bind *:8000
    default_backend shop
backend shop
    option httpchk GET /
    default-server check inter 200ms rise 2 fall 2
"""


@dataclass(slots=True, kw_only=True)
class Site(Controller):
    """Machines, and a folder from which `zdd` is run."""

    web: tuple[Machine, ...]
    balancer: Machine

    @property
    def machines(self) -> tuple[Machine, ...]:
        return (*self.web, self.balancer)

    @property
    def key(self) -> Path:
        return self.folder / "key"

    @property
    def url(self) -> str:
        return f"http://{self.balancer.address}:{FRONT}/"

    def ssh(self, machine: Machine, script: str) -> str:
        """By the ordinary client."""
        options = [f"-oUserKnownHostsFile={self.folder / 'known_hosts'}", "-oBatchMode=yes", "-i", str(self.key)]
        words = ["ssh", "-F", "none", *options, f"deploy@{machine.address}", f"sh -c {shlex.quote(script)}"]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{machine.name}: {script}: {done.stdout}{done.stderr}"
        return done.stdout

    def deploy(self, version: str, code: int = 0, *more: str) -> str:
        return self.must(code, "deploy", "shop.yml", "-i", "inventory.yml", "-e", f"version={version}", "-y", *more)

    def build(self, version: str, serve: str = SERVE, **more: str) -> None:
        """`more`: Python modules."""
        (self.folder / "dist").mkdir(exist_ok=True)
        with tarfile.open(self.folder / "dist" / f"shop-{version}.tar.gz", "w:gz") as archive:
            modules = {f"{name}.py": text for name, text in more.items()}
            for name, text in {"serve": serve, "answer": ANSWER % version, "VERSION": version, **modules}.items():
                member = tarfile.TarInfo(name)
                member.size, member.mode = len(text), 0o755
                archive.addfile(member, BytesIO(text.encode()))

    def turn(self) -> str:
        """The sound release that no host runs."""
        return "1.0" if self.versions() == {"1.1"} else "1.1"

    def versions(self) -> set[str]:
        """What the disks say, host by host."""
        return {self.ssh(host, "readlink /srv/shop/current").split("/")[1].split("-")[0] for host in self.web}


@contextlib.contextmanager
def site(folder: Path, *binds: str) -> Iterator[Site]:
    """Booted, and reached by keys that are known. Everything of it is gone afterwards. `binds`: of the web machines."""
    disk, net = image(), 32 + secrets.randbelow(200)
    wire = f"zdd{secrets.token_hex(3)}"
    machines = [
        Machine(name, f"10.77.{net}.{last}", wire, folder / f"{name}.disk", given)
        for name, last, given in (("web1", 11, binds), ("web2", 12, binds), ("lb1", 201, ()))
    ]
    it = Site(folder=folder, web=(machines[0], machines[1]), balancer=machines[2])
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(it.key)], check=True)
    ip("link", "add", wire, "type", "bridge")
    try:
        ip("addr", "add", f"10.77.{net}.1/24", "dev", wire)
        ip("link", "set", wire, "up")
        with ThreadPoolExecutor(len(machines)) as pool:
            list(pool.map(lambda machine: machine.make(disk, it.key), machines))
            for machine in machines:
                machine.boot()
            list(pool.map(Machine.wait, machines))
        equip(it)
        yield it
    finally:
        for machine in machines:
            machine.bury()
        ip("link", "del", wire)


def equip(it: Site) -> None:
    """Keys, inventory, balancer, and a release to begin with."""
    scan = ["ssh-keyscan", "-t", "ed25519", *(machine.address for machine in it.machines)]
    (it.folder / "known_hosts").write_text(
        subprocess.run(scan, capture_output=True, text=True, check=True, timeout=30).stdout
    )
    servers = "".join(f"    server {host.name} {host.address}:8080\n" for host in it.web)
    it.ssh(
        it.balancer,
        f"printf %s {shlex.quote(HAPROXY + servers)} | sudo tee /etc/haproxy/haproxy.cfg >/dev/null\n"
        "sudo systemctl start haproxy",
    )
    (it.folder / "inventory.yml").write_text(inventory(it))
    for version in ("1.0", "1.1"):
        it.build(version)


def inventory(it: Site) -> str:
    def group(name: str, machines: tuple[Machine, ...]) -> str:
        hosts = "".join(f"        {machine.name}: {{ansible_host: {machine.address}}}\n" for machine in machines)
        return f"    {name}:\n      hosts:\n{hosts}"

    return (
        "all:\n  vars:\n    environment: machines\n    ansible_user: deploy\n"
        f"    ansible_ssh_private_key_file: {it.key}\n    zdd_known_hosts: {it.folder / 'known_hosts'}\n"
        f"  children:\n{group('web', it.web)}{group('lb', (it.balancer,))}"
    )

"""One sshd on loopback addresses that a test made, with keys, certificates and an agent of its own."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zdd.lab.children import program
from zdd.lab.lab import login
from zdd.lab.sshd import PRIVILEGE_SEPARATION, needs_pam
from zdd.model import Endpoint

SSH = shutil.which("ssh")  # before any test puts another one first
ADDRESSES = ("127.61.7.1", "127.61.7.2", "127.61.7.3")

CONFIG = """\
{listen}
HostKey {folder}/host
HostCertificate {folder}/host-cert.pub
TrustedUserCAKeys {folder}/authority.pub
AuthorizedKeysFile {folder}/authorized
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM {pam}
UseDNS no
SetEnv HOME={folder}
MaxStartups 200
LogLevel VERBOSE
"""


@dataclass(frozen=True)
class Server:
    """The server, and the folder with its keys: `host`, `authority`, and those of people."""

    folder: Path
    port: int

    def endpoint(self, address: str = ADDRESSES[0], **more: str) -> Endpoint:
        known = {"known_hosts": str(self.folder / "known"), "user": login()}
        return Endpoint(name="web1", address=address, port=self.port, **(known | more))  # type: ignore[arg-type]

    def vouch(self, *lines: str) -> None:
        """Makes these the whole of known_hosts. In them {host} and {authority} stand for the keys."""
        keys = {name: self.public(name) for name in ("host", "authority", "plain")}
        (self.folder / "known").write_text("".join(f"{line.format(**keys, port=self.port)}\n" for line in lines))

    def public(self, name: str) -> str:
        return " ".join((self.folder / f"{name}.pub").read_text().split()[:2])

    def log(self) -> str:
        return (self.folder / "log").read_text()


@contextlib.contextmanager
def sshd_in(folder: Path, *more: str) -> Iterator[Server]:
    """`more`: lines of its configuration."""
    server = Server(folder, _free_port())
    for name in ("host", "authority", "plain", "certified", "stranger"):
        _key(folder / name)
    _key(folder / "encrypted", "secret")
    _sign(folder, "host", "-h", "-n", ADDRESSES[0])
    _sign(folder, "certified", "-n", login())
    (folder / "authorized").write_text(f"{server.public('plain')}\n{server.public('encrypted')}\n")
    listen = "\n".join(f"ListenAddress {address}:{server.port}" for address in ADDRESSES)
    config = CONFIG.format(listen=listen, folder=folder, pam="yes" if needs_pam() else "no")
    (folder / "sshd.conf").write_text(config + "".join(f"{line}\n" for line in more))
    if os.geteuid() == 0:
        PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([program("sshd"), "-D", "-e", "-f", folder / "sshd.conf"], stderr=log)
    try:
        _until_it_listens(server)
        yield server
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def agent_in(folder: Path, *keys: Path) -> Iterator[str]:
    """An ssh-agent that holds keys; its socket."""
    path = folder / "agent"
    with subprocess.Popen([program("ssh-agent"), "-D", "-a", path], stdout=subprocess.DEVNULL) as process:
        try:
            while not path.exists():
                assert process.poll() is None
                time.sleep(0.01)
            asking = folder / "askpass"
            asking.write_text("#!/bin/sh\necho secret\n")
            asking.chmod(0o700)
            environment = {**os.environ, "SSH_AUTH_SOCK": str(path), "SSH_ASKPASS": str(asking)}
            for key in keys:
                subprocess.run(
                    ["ssh-add", "-q", key],
                    env={**environment, "SSH_ASKPASS_REQUIRE": "force"},
                    stdin=subprocess.DEVNULL,
                    check=True,
                )
            yield str(path)
        finally:
            process.terminate()
            path.unlink(missing_ok=True)


def ssh_configured(folder: Path, text: str) -> str:
    """A PATH with an `ssh` that reads this configuration, and nobody's own."""
    (folder / "config").write_text(text)
    wrapper = folder / "bin" / "ssh"
    wrapper.parent.mkdir(exist_ok=True)
    wrapper.write_text(f'#!/bin/sh\nexec {SSH} -F {folder}/config "$@"\n')
    wrapper.chmod(0o755)
    return f"{wrapper.parent}:{Path(sys.executable).parent}:/usr/bin:/bin"


def _key(path: Path, passphrase: str = "") -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", path.name, "-f", path], check=True)


def _sign(folder: Path, name: str, *words: str) -> None:
    keys = [str(folder / "authority"), "-I", name, *words, str(folder / f"{name}.pub")]
    subprocess.run(["ssh-keygen", "-q", "-s", *keys], check=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESSES[0], 0))
        port: int = probe.getsockname()[1]
        return port


def _until_it_listens(server: Server) -> None:
    for _ in range(500):
        with contextlib.suppress(OSError), socket.create_connection((ADDRESSES[-1], server.port), timeout=1):
            return
        time.sleep(0.02)
    raise AssertionError(server.log())

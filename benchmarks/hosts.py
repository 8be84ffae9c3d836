"""Many hosts on this machine: loopback addresses of a network of their own, each answered by an sshd of the lab's kind.

An sshd listens on sixteen addresses at most, so that a few of them stand for all hosts. Their home is an empty folder:
the start-up files of whoever runs this would weigh on every login.
"""

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from zdd.lab.children import program
from zdd.lab.lab import SSH_PORT, login
from zdd.lab.network import claim, free
from zdd.lab.sshd import needs_pam

MOST_ADDRESSES = 16
CONFIG = """\
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/login.pub
PidFile none
AllowUsers {user}
PermitRootLogin prohibit-password
PasswordAuthentication no
StrictModes no
UsePAM {pam}
UseDNS no
MaxStartups 200
MaxSessions 200
SetEnv HOME={folder}
Subsystem sftp internal-sftp
"""


@dataclass(frozen=True, slots=True)
class Hosts:
    """So many hosts, and an inventory of them."""

    folder: Path
    variables: dict[str, dict[str, Any]]  # host -> its own

    @property
    def inventory(self) -> Path:
        return self.folder / "hosts.yml"


@contextlib.contextmanager
def hosts(number: int) -> Iterator[Hosts]:
    """They answer until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="zdd-bench-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        network, claimed = claim(
            folder, lambda network: ((address, SSH_PORT) for address in addresses(network, number))
        )
        stack.enter_context(claimed)
        mine = addresses(network, number)
        keys(folder, network)
        for first in range(0, number, MOST_ADDRESSES):
            stack.enter_context(server(folder, first, mine[first : first + MOST_ADDRESSES]))
        made = Hosts(folder, {f"host{n}": variables(folder, n, address) for n, address in enumerate(mine, 1)})
        made.inventory.write_text(yaml.safe_dump({"all": {"hosts": made.variables}}))
        yield made


def addresses(network: str, number: int) -> list[str]:
    return [f"{network}.{last}" for last in range(1, number + 1)]


def keys(folder: Path, network: str) -> None:
    for name in ("host_key", "login"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    kind, key, *_ = (folder / "host_key.pub").read_text().split()
    (folder / "known_hosts").write_text(f"[{network}.*]:{SSH_PORT} {kind} {key}\n")


@contextlib.contextmanager
def server(folder: Path, first: int, mine: list[str]) -> Iterator[None]:
    text = CONFIG.format(port=SSH_PORT, folder=folder, user=login(), pam="yes" if needs_pam() else "no")
    file = folder / f"sshd{first}.conf"
    file.write_text(text + "".join(f"ListenAddress {address}\n" for address in mine))
    command = ["setpriv", "--pdeathsig", "TERM", "--", program("sshd"), "-D", "-f", str(file)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for address in mine:
                while free(address, SSH_PORT) and process.poll() is None:
                    time.sleep(0.02)
            yield
        finally:
            process.terminate()


def variables(folder: Path, number: int, address: str) -> dict[str, Any]:
    return {
        "environment": "bench",
        "ansible_host": address,
        "ansible_port": SSH_PORT,
        "ansible_user": login(),
        "ansible_ssh_private_key_file": str(folder / "login"),
        "zdd_known_hosts": str(folder / "known_hosts"),
        "zdd_state": str(folder / f"state{number}"),
    }

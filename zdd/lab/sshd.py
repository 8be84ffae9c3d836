"""One OpenSSH server a machine, run by whoever runs the lab, and the keys made for it."""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from zdd.lab.lab import SSH_PORT, Lab, Machine, login

PRIVILEGE_SEPARATION = Path("/run/sshd")

CONFIG = """\
ListenAddress {address}:{port}
HostKey {host_key}
AuthorizedKeysFile {authorized}
PidFile none
AllowUsers {user}
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM {pam}
UseDNS no
PrintMotd no
PrintLastLog no
MaxStartups 200
MaxSessions 200
SetEnv {home}
LogLevel VERBOSE
Subsystem sftp internal-sftp
"""


def config(lab: Lab, machine: Machine, *, pam: bool) -> str:
    return CONFIG.format(
        address=machine.address,
        port=SSH_PORT,
        host_key=quoted(host_key(machine)),
        authorized=quoted(lab.key.with_suffix(".pub")),
        user=login(),
        pam="yes" if pam else "no",
        home=f'"HOME={machine.home}"',
    )


def quoted(path: Path) -> str:
    return '"' + str(path).replace("%", "%%") + '"'


def host_key(machine: Machine) -> Path:
    return machine.disk / "host_key"


def write(lab: Lab) -> None:
    """Keys once, configuration and known hosts each time, since the network may be another."""
    _key(lab.key)
    for machine in lab.machines:
        _key(host_key(machine))
        (machine.disk / "sshd.conf").write_text(config(lab, machine, pam=needs_pam()))
    lab.known_hosts.write_text("".join(known(lab.machines)))
    if os.geteuid() == 0:
        PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)  # a root's sshd wants it, and it is gone after a boot


def known(machines: Iterable[Machine]) -> Iterable[str]:
    for machine in machines:
        kind, key, *_ = host_key(machine).with_suffix(".pub").read_text().split()
        yield f"[{machine.address}]:{SSH_PORT} {kind} {key}\n"


def needs_pam() -> bool:
    """A root's sshd takes a locked password ("!") for a locked account, unless PAM is asked."""
    if os.geteuid() != 0:
        return False
    lines = Path("/etc/shadow").read_text().splitlines()
    return any(line.startswith(f"{login()}:!") for line in lines)


def _key(path: Path) -> None:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", path], check=True)

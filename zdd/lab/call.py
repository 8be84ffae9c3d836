"""A word to the keeper of a lab, and to its machines."""

import json
import shlex
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from zdd.lab.lab import SSH_PORT, Lab, Machine, login


@dataclass(frozen=True, slots=True)
class Programs:
    """What the keeper says of the programs that it started: name and pid, or exit status."""

    running: dict[str, int]
    ended: dict[str, int]


def programs(lab: Lab) -> Programs | None:
    """None if nobody keeps the lab."""
    said = keeper(lab, "programs", 5.0)
    return Programs(**json.loads(said)) if said else None


def stop(lab: Lab, limit: float = 90.0) -> bool:
    """Returns when all has stopped. False if nobody kept the lab, or the keeper was killed meanwhile."""
    return keeper(lab, "stop", limit) == "stopped"


def keeper(lab: Lab, word: str, limit: float) -> str:
    """Its answer; empty if it is gone."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(limit)
            connection.connect(str(lab.keeper_socket))
            connection.sendall(f"{word}\n".encode())
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    except (FileNotFoundError, ConnectionError):
        return ""


def ssh(lab: Lab, machine: Machine, script: str, limit: float = 60.0) -> subprocess.CompletedProcess[str]:
    """A script on a machine, by the ordinary client, which knows nothing of zdd."""
    options = {
        "UserKnownHostsFile": quoted(lab.known_hosts),
        "IdentityFile": quoted(lab.key),
        "IdentitiesOnly": "yes",
        "StrictHostKeyChecking": "yes",
        "BatchMode": "yes",
        "ConnectTimeout": "5",
        "LogLevel": "ERROR",
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    target = [f"{login()}@{machine.address}", "-p", str(SSH_PORT)]
    command = ["ssh", "-F", "none", *words, *target, f"sh -c {shlex.quote(script)}"]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit, check=False)


def quoted(path: Path) -> str:
    return '"' + str(path).replace("%", "%%") + '"'


def haproxy(machine: Machine, line: str) -> str:
    """An answer of a balancer's runtime socket."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5.0)
        connection.connect(str(machine.haproxy_socket))
        connection.sendall(f"{line}\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()

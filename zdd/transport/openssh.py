"""What OpenSSH itself would do for a host: `ssh -G` resolves Match, Include, ProxyJump and all the rest."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from zdd.model import Endpoint

LIMIT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """How a machine is reached; what the inventory says wins over ssh's own configuration."""

    address: str
    port: int
    user: str
    keys: tuple[Path, ...]
    known_hosts: tuple[Path, ...]
    jump: str = ""


def resolve(endpoint: Endpoint) -> Resolved:
    """Without the `ssh` program: OpenSSH's defaults."""
    said = _said(endpoint.address) if shutil.which("ssh") else {}
    own = Path("~/.ssh").expanduser()
    keys = [endpoint.key_file] if endpoint.key_file else said.get("identityfile", [])
    known = [endpoint.known_hosts] if endpoint.known_hosts else _files(said, str(own / "known_hosts"))
    explicit = endpoint.port != 22 or not said
    return Resolved(
        address=_one(said, "hostname", endpoint.address),
        port=endpoint.port if explicit else int(_one(said, "port", "22")),
        user=endpoint.user or _one(said, "user", _login()),
        keys=tuple(path for path in (Path(key).expanduser() for key in keys) if path.exists()),
        known_hosts=tuple(path for path in (Path(file).expanduser() for file in known) if path.exists()),
        jump=endpoint.jump or _jump(said),
    )


def _said(host: str) -> dict[str, list[str]]:
    """Every answer of `ssh -G`, in order; a key may stand more than once."""
    done = subprocess.run(["ssh", "-G", "--", host], capture_output=True, text=True, timeout=LIMIT, check=False)
    said: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        key, _, value = line.partition(" ")
        said.setdefault(key, []).append(value)
    return said


def _files(said: dict[str, list[str]], default: str) -> list[str]:
    files = [file for key in ("userknownhostsfile", "globalknownhostsfile") for file in _one(said, key, "").split()]
    return files or [default, "/etc/ssh/ssh_known_hosts"]


def _one(said: dict[str, list[str]], key: str, default: str) -> str:
    return said.get(key, [default])[0]


def _jump(said: dict[str, list[str]]) -> str:
    jump = _one(said, "proxyjump", "none")
    return "" if jump == "none" else jump


def _login() -> str:
    import getpass

    return getpass.getuser()

"""What OpenSSH itself would do for a host: `ssh -G` resolves Match, Include, ProxyJump and all the rest."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zdd.errors import Unreachable
from zdd.model import Endpoint

LIMIT = 10.0  # seconds; a `Match exec` may hang
DEFAULTS = {
    "identityfile": ["~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"],
    "userknownhostsfile": ["~/.ssh/known_hosts"],
    "globalknownhostsfile": ["/etc/ssh/ssh_known_hosts"],
}

Said = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """How a machine is reached; what the inventory says wins over ssh's own configuration."""

    address: str
    port: int
    user: str
    keys: tuple[Path, ...] = ()  # files that are there
    certificates: tuple[Path, ...] = ()
    only: bool = False  # no key of the agent but these
    agent: str = ""  # its socket; empty: none
    known_hosts: tuple[Path, ...] = ()  # new keys go into the first; any of them may not be there
    alias: str = ""  # HostKeyAlias
    revoked: str = ""  # RevokedHostKeys
    hashed: bool = False  # HashKnownHosts: new lines do not tell which host they are about
    jump: tuple[str, ...] = ()  # the machines on the way, in order

    @property
    def known_as(self) -> str:
        """The name that its key has in known_hosts."""
        return self.alias or (self.address if self.port == 22 else f"[{self.address}]:{self.port}")


def resolve(endpoint: Endpoint) -> Resolved:
    """Without the `ssh` program: OpenSSH's defaults. Raises `Unreachable` where its configuration can't be followed."""
    said = _said(endpoint) if shutil.which("ssh") else {}
    tokens = _tokens(endpoint, said)
    keys = [endpoint.key_file] if endpoint.key_file else _all(said, "identityfile")
    known = (
        [endpoint.known_hosts] if endpoint.known_hosts else _words(said, "userknownhostsfile", "globalknownhostsfile")
    )
    return Resolved(
        address=tokens["h"],
        port=int(tokens["p"]),
        user=tokens["r"],
        keys=tuple(path for path in _paths(keys, tokens) if path.exists()),
        certificates=tuple(path for path in _paths(_all(said, "certificatefile"), tokens) if path.exists()),
        only=bool(endpoint.key_file) or _one(said, "identitiesonly") == "yes",
        agent=_agent(said, tokens),
        known_hosts=_paths(known, tokens),
        alias=_one(said, "hostkeyalias"),
        revoked=_one(said, "revokedhostkeys"),
        hashed=_one(said, "hashknownhosts") == "yes",
        jump=_jump(endpoint, said),
    )


def _said(endpoint: Endpoint) -> Said:
    """Every answer of `ssh -G`, in order; a key may stand more than once."""
    port = ["-p", str(endpoint.port)] if endpoint.port else []
    user = ["-l", endpoint.user] if endpoint.user else []
    command = ["ssh", "-G", *port, *user, "--", endpoint.address]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unreachable(f"{endpoint.name}: ssh's own configuration gave no answer in {LIMIT:g} s") from error
    if done.returncode:
        words = done.stderr.strip().splitlines()[-1:] or [f"exit {done.returncode}"]
        raise Unreachable(f"{endpoint.name}: ssh's own configuration is wrong: {words[0]}")
    said: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        key, _, value = line.partition(" ")
        said.setdefault(key, []).append(value)
    return said


def _tokens(endpoint: Endpoint, said: Said) -> dict[str, str]:
    """What stands for %h, %p and so on in ssh's own file names."""
    return {
        "h": _one(said, "hostname") or endpoint.address,
        "n": endpoint.address,
        "p": str(endpoint.port or _one(said, "port") or 22),
        "r": endpoint.user or _one(said, "user") or _login(),
        "u": _login(),
        "d": str(Path.home()),
        "%": "%",
    }


def _paths(written: Sequence[str], tokens: Mapping[str, str]) -> tuple[Path, ...]:
    return tuple(_path(text, tokens) for text in written if text != "none")


def _path(written: str, tokens: Mapping[str, str]) -> Path:
    text = re.sub("%(.)", lambda found: tokens.get(found[1], found[0]), written)
    return Path(os.path.expandvars(text)).expanduser()


def _agent(said: Said, tokens: Mapping[str, str]) -> str:
    written = _one(said, "identityagent", "SSH_AUTH_SOCK")
    if written == "SSH_AUTH_SOCK":
        return os.environ.get("SSH_AUTH_SOCK", "")
    return str(_path(written, tokens)) if written else ""


def _jump(endpoint: Endpoint, said: Said) -> tuple[str, ...]:
    if endpoint.jump:
        return tuple(endpoint.jump.split(","))
    if command := _one(said, "proxycommand"):
        raise Unreachable(f"{endpoint.name}: ssh's own configuration says ProxyCommand {command}; zdd needs ProxyJump")
    return tuple(_one(said, "proxyjump").split(",")) if _one(said, "proxyjump") else ()


def _all(said: Said, key: str) -> Sequence[str]:
    return said.get(key, ()) if said else DEFAULTS.get(key, ())


def _words(said: Said, *keys: str) -> list[str]:
    return [word for key in keys for line in _all(said, key) for word in line.split()]


def _one(said: Said, key: str, default: str = "") -> str:
    """Empty for what ssh calls `none`."""
    value = said.get(key, [default])[0]
    return "" if value == "none" else value


def _login() -> str:
    import getpass

    return getpass.getuser()

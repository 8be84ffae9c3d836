"""The programs that make a lab, in the order in which they start. They stop the other way round."""

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zdd.lab.lab import Lab, Machine

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# They go when the keeper goes. SIGTERM, because supervisord, killed, would leave its own children behind.
DIE_WITH_KEEPER = ("setpriv", "--pdeathsig", "TERM", "--")


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One program of one machine."""

    name: str
    command: Sequence[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)


Stage = tuple[Child, ...]  # started, and stopped, together


def stages(lab: Lab) -> tuple[Stage, ...]:
    return (
        tuple(_child(machine, "redis", redis(machine)) for machine in (lab.redis,) if machine),
        tuple(_child(machine, "supervisord", supervisord(machine)) for machine in lab.web),
        tuple(_child(machine, "sshd", sshd(machine)) for machine in lab.machines),
        tuple(_child(machine, "haproxy", haproxy(machine)) for machine in lab.balancers),
    )


def supervisord(machine: Machine) -> list[str]:
    return [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(machine.disk / "supervisord.conf")]


def sshd(machine: Machine) -> list[str]:
    return [program("sshd"), "-D", "-e", "-f", str(machine.disk / "sshd.conf")]  # it wants its absolute path


def haproxy(machine: Machine) -> list[str]:
    return [program("haproxy"), "-W", "-f", str(machine.disk / "haproxy.cfg")]


def redis(machine: Machine) -> list[str]:
    return [program("redis-server"), str(machine.disk / "redis.conf")]


def program(name: str) -> str:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{PATH}") or name


def _child(machine: Machine, kind: str, command: Sequence[str]) -> Child:
    return Child(
        name=f"{machine.name} {kind}",
        command=(*DIE_WITH_KEEPER, *command),
        log=machine.disk / f"{kind}.log",
        environment={"PATH": PATH, "HOME": str(machine.home), "PYTHONWARNINGS": "ignore"},
    )

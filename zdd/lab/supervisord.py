"""The service manager of a web host, and the programs that it runs."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zdd.lab.lab import APP_PORT, Lab, Machine, login

CONFIG = """\
[supervisord]
nodaemon=true
user={user}
identifier={name}
directory={disk}
logfile=/dev/null
logfile_maxbytes=0
pidfile={disk}/supervisord.pid
childlogdir={disk}

[unix_http_server]
file={socket}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""

PROGRAM = """
[program:{name}]
command={command}
directory={directory}
environment={environment}
autostart={autostart}
autorestart={restart}
startsecs={start}
startretries=1
stopwaitsecs={stop}
killasgroup=true
redirect_stderr=true
stdout_logfile={log}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A service of a host. It runs from `directory`, a link that is resolved at each start."""

    name: str
    command: Sequence[str]
    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    restart: str = "true"  # when it ends by itself
    start: int = 1  # seconds after which it counts as started
    stop: int = 60  # seconds that it may take to stop: as long as a drain by default


def shop(lab: Lab, machine: Machine) -> Program:
    words = (
        f"-m gunicorn --bind {machine.address}:{APP_PORT} --workers 1 --threads 32 --keep-alive 75"
        " --graceful-timeout 10 --no-control-socket app:application"
    )
    return Program(
        name="shop",
        command=(sys.executable, *words.split()),
        directory=machine.release_path / "current",
        environment=environment(lab, machine),
    )


def worker(lab: Lab, machine: Machine) -> Program:
    """It is told to stop once, alone, so that what it has in hand is finished."""
    return Program(
        name="shop-worker",
        command=(sys.executable, "worker.py"),
        directory=machine.release_path / "current",
        environment=environment(lab, machine),
        restart="unexpected",
        start=0,
    )


def environment(lab: Lab, machine: Machine) -> dict[str, str]:
    """A release is never written to again, so no bytecode in it."""
    words = {"SHOP_HOST": machine.name, "HOME": str(machine.home), "PYTHONDONTWRITEBYTECODE": "1"}
    return words | ({"SHOP_REDIS": lab.redis_url} if lab.redis else {})


def programs(lab: Lab, machine: Machine) -> tuple[Program, ...]:
    return (shop(lab, machine), *([worker(lab, machine)] if lab.redis else ()))


def config(machine: Machine, programs: Sequence[Program]) -> str:
    head = CONFIG.format(
        user=login(), name=machine.name, disk=_text(machine.disk), socket=_text(machine.supervisor_socket)
    )
    return head + "".join(_section(machine, program) for program in programs)


def write(lab: Lab, machine: Machine) -> None:
    (machine.disk / "supervisord.conf").write_text(config(machine, programs(lab, machine)))


def _section(machine: Machine, program: Program) -> str:
    return PROGRAM.format(
        name=program.name,
        command=_text(shlex.join(program.command)),
        directory=_text(program.directory),
        environment=",".join(f'{name}="{_text(value)}"' for name, value in program.environment.items()),
        autostart="true" if program.directory.exists() else "false",  # there is nothing to run before a first release
        restart=program.restart,
        start=program.start,
        stop=program.stop,
        log=_text(machine.disk / f"{program.name}.log"),
    )


def _text(value: object) -> str:
    return str(value).replace("%", "%%")

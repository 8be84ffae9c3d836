"""Does everything of a lab answer, and is it the lab's own that does?"""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from zdd.lab import call
from zdd.lab.children import stages
from zdd.lab.lab import REDIS_PORT, Lab, Machine, Unfit

LIMIT = 30.0
POLL = 0.05

Probe = Callable[[], bool]


def wait_until_answering(lab: Lab) -> None:
    """Raises `Unfit`, with the program's last words, when one ends or stays silent."""
    deadline = time.monotonic() + LIMIT
    probes = dict(probes_of(lab))
    with ThreadPoolExecutor(max_workers=8) as pool:
        while probes:
            refuse_dead_programs(lab)
            answers = dict(zip(probes, pool.map(lambda probe: probe(), probes.values()), strict=True))
            probes = {name: probe for name, probe in probes.items() if not answers[name]}
            if probes and time.monotonic() > deadline:
                raise Unfit(
                    f"the lab is not up after {LIMIT:.0f} s: {', '.join(probes)} do not answer; see {lab.folder}"
                )
            if probes:
                time.sleep(POLL)


def probes_of(lab: Lab) -> Iterator[tuple[str, Probe]]:
    """Each proves whom it speaks to: by a host key, or by a socket in a folder that is the lab's alone."""
    for machine in lab.machines:
        yield f"{machine.name} sshd", partial(logs_in, lab, machine)
    for machine in lab.web:
        yield f"{machine.name} supervisord", partial(listens, machine.supervisor_socket)
    for machine in lab.balancers:
        yield f"{machine.name} haproxy", partial(listens, machine.haproxy_socket)
    if lab.redis:
        yield "redis1 redis", partial(pongs, lab.redis)


def pongs(machine: Machine) -> bool:
    """Whose it is shows by its folder: a Redis of somebody else has another one."""
    asked = b"CONFIG GET dir\r\n"
    try:
        with socket.create_connection((machine.address, REDIS_PORT), 1.0) as connection:
            connection.sendall(asked)
            return str(machine.disk).encode() in connection.recv(4096)
    except OSError:
        return False


def logs_in(lab: Lab, machine: Machine) -> bool:
    try:
        return call.ssh(lab, machine, "true", limit=10.0).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1.0)
        return connection.connect_ex(str(path)) == 0


def refuse_dead_programs(lab: Lab) -> None:
    programs = call.programs(lab)
    if programs is None:
        raise Unfit(f"the lab's keeper ended:\n{last_words(lab.log)}")
    for child in (child for stage in stages(lab) for child in stage):
        if child.name in programs.ended:
            raise Unfit(f"{child.name} ended with {programs.ended[child.name]}:\n{last_words(child.log)}")


def last_words(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])

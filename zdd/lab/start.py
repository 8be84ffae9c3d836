"""Starting a lab: claim a network, write what its machines need, leave them to a keeper, wait until all answer."""

import os
import select
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from zdd.lab import haproxy, inventory, redis, releases, sshd, supervisord
from zdd.lab.answers import last_words, wait_until_answering
from zdd.lab.children import program
from zdd.lab.isolation import isolation
from zdd.lab.lab import MOST_BALANCERS, MOST_HOSTS, Lab, Size, Unfit
from zdd.lab.network import claim
from zdd.lab.stop import alive, stop

VERSIONS = ("1.0", "1.1")
LONGEST_SOCKET_PATH = 97  # HAProxy's; supervisord's is 99
KEEPER_LIMIT = 20.0


def start(folder: Path, size: Size, *, die_with_parent: bool) -> Lab:
    if lab := already_up(folder, size):
        return lab
    require_programs(size)
    stop(folder)  # sweeps up after one that was killed
    lab, claimed = founded(folder, size)
    try:
        with claimed:
            furnish(lab)
            hand_to_keeper(lab, claimed, die_with_parent)
        wait_until_answering(lab)
    except BaseException:
        stop(folder)
        raise
    return lab


def already_up(folder: Path, size: Size) -> Lab | None:
    lab = alive(folder)
    if lab and lab.size != size:
        raise Unfit(f"the lab of {folder} is up with {lab.size}; `zdd lab down` first")
    return lab


def require_programs(size: Size) -> None:
    needed = {"sshd": "openssh-server", "ssh": "openssh-client", "haproxy": "haproxy"}
    for name, package in {**needed, **({"redis-server": "redis-server"} if size.workers else {})}.items():
        if not Path(program(name)).is_absolute():
            raise Unfit(f"the lab needs {name}: install the package {package}, or run scripts/setup")


def founded(folder: Path, size: Size) -> tuple[Lab, socket.socket]:
    """The lab as a value, on a network that is now its own."""
    if not (1 <= size.hosts <= MOST_HOSTS and 1 <= size.balancers <= MOST_BALANCERS):
        raise Unfit(f"a lab has 1 to {MOST_HOSTS} hosts and 1 to {MOST_BALANCERS} balancers, not {size}")
    folder.mkdir(parents=True, exist_ok=True)
    sockets = Path(tempfile.mkdtemp(prefix="zdd-", dir=os.environ.get("XDG_RUNTIME_DIR")))

    def on(network: str) -> Lab:
        return Lab(folder=folder, network=network, sockets=sockets, size=size)

    try:
        refuse_long_paths(on("127"))
        network, claimed = claim(folder, lambda network: on(network).listens())
    except Unfit:
        sockets.rmdir()
        raise
    lab = on(network)
    lab.save()
    return lab, claimed


def refuse_long_paths(lab: Lab) -> None:
    sockets = [path for machine in lab.machines for path in (machine.supervisor_socket, machine.haproxy_socket)]
    longest = max(len(bytes(path)) for path in sockets)
    if longest > LONGEST_SOCKET_PATH:
        raise Unfit(
            f"a socket's path has at most {LONGEST_SOCKET_PATH} bytes, and those in {lab.sockets} have up to {longest};"
            " set XDG_RUNTIME_DIR or TMPDIR to a shorter folder"
        )


def furnish(lab: Lab) -> None:
    for machine in lab.machines:
        for folder in (machine.home, machine.state, machine.release_path):
            folder.mkdir(parents=True, exist_ok=True)
    sshd.write(lab)
    for machine in lab.web:
        supervisord.write(lab, machine)
    for machine in lab.balancers:
        haproxy.write(lab, machine)
    if lab.redis:
        redis.write(lab.redis)
    inventory.write(lab)
    for version in VERSIONS:
        releases.build(lab.dist, version)


def hand_to_keeper(lab: Lab, claimed: socket.socket, die_with_parent: bool) -> None:
    """The keeper is nobody's child, and holds the claim from now on."""
    lifeline, ours = os.pipe()  # our end stays open until this process ends, however it ends: that is what it is for
    heard, said = os.pipe()
    words = ["setsid", "--fork", *isolation(), sys.executable, "-m", "zdd.lab.keeper", str(lab.folder)]
    with lab.log.open("w") as log:
        subprocess.run(
            [*words, "--die-with-parent"] if die_with_parent else words,
            stdin=lifeline,
            stdout=said,
            stderr=log,
            pass_fds=[claimed.fileno()],
            check=True,
        )
    for end in (lifeline, said) if die_with_parent else (lifeline, said, ours):
        os.close(end)
    wait_for_keeper(lab, heard)


def wait_for_keeper(lab: Lab, heard: int) -> None:
    ready, _, _ = select.select([heard], [], [], KEEPER_LIMIT)
    word = os.read(heard, 64) if ready else b""
    os.close(heard)
    if word != b"started\n":
        raise Unfit(f"the lab's keeper did not start:\n{last_words(lab.log)}")

"""Hosts that are not reached, or never idle."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fleet.program import Program, at_rest


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def sshd_of(zdd: Program, name: str) -> int:
    """The listening sshd of a machine."""
    address = zdd.lab.machine(name).address
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if "sshd" in words[0] and any(f"/{name}/" in word for word in words) and str(zdd.lab.folder) in " ".join(words):
            return int(folder.name)
    raise AssertionError(f"no sshd of {name} at {address}")


def test_a_host_that_is_not_reached_is_a_finding_and_nothing_is_touched(zdd: Program) -> None:
    zdd.deploy("1.0")
    with stopped(sshd_of(zdd, "web2")):
        said = zdd.deploy("1.1", 4)
    assert "web2" in said and "--skip" in said and zdd.versions() == {"1.0"}
    at_rest(zdd)


def test_a_host_that_never_drains_is_put_back(zdd: Program) -> None:
    zdd.deploy("1.0")
    plain, zdd.playbook = zdd.playbook, zdd.playbook.replace("drain: {deadline: 20s}", "drain: {deadline: 1s}")
    web1 = zdd.lab.web[0].address
    try:
        with slow_request(zdd, web1, 12):
            said = zdd.deploy("1.1", 20)
        assert "web1 still has 1 session after 1 s" in said
        assert zdd.versions() == {"1.0"}
        at_rest(zdd)
        zdd.must(0, "resume", "-y")
    finally:
        zdd.playbook = plain
    assert zdd.versions() == {"1.1"}


@contextmanager
def slow_request(zdd: Program, address: str, seconds: int) -> Iterator[None]:
    """Through the balancer, to one host: asked until it is that one."""
    code = f"import sys, urllib.request as u\nu.urlopen('{zdd.lab.url}/slow?s={seconds}', timeout=60).read()\n"
    clients = [subprocess.Popen(["python3", "-c", code]) for _ in range(2)]  # one for each host
    try:
        time.sleep(1.0)  # both are in flight
        yield
    finally:
        for client in clients:
            client.wait(60)

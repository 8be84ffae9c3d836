"""The program killed, interrupted and cut off in each phase by name, on real sshd and HAProxy; not one request may fail.

Each strike is triggered by the journal, not by the clock.
"""

import os
import pty
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fleet.lab import eventually
from tests.fleet.program import Program, started
from zdd.lab import Lab

PHASES = {
    "staging": "web1/stage",
    "drain": "web1/drain",
    "waiting": "web1/idle",
    "activate": "web1/deploy.1",
    "restart": "web1/deploy.2",
    "health": "web1/health",
    "enabling": "web2/enable",
    "steady": "web2/steady",
}


@pytest.fixture(scope="module")
def zdd(lab: Lab) -> Program:
    program = Program(lab)
    program.deploy("1.0")
    return program


def at_rest(zdd: Program) -> None:
    """Everybody is in, and nothing of a run is left on any host."""
    assert "drain" not in (said := zdd.must(0, "status")) and "maint" not in said, said
    assert not list(zdd.lab.folder.glob("*/state/shop@lab/mark"))


def killed_at(zdd: Program, place: str, *words: str) -> None:
    with zdd.begun(*words) as process:
        zdd.until(process, started(place))
        process.kill()
        process.wait()


@pytest.mark.parametrize("phase", PHASES)
def test_it_is_killed_and_resumed(zdd: Program, phase: str) -> None:
    zdd.deploy("1.0")
    with zdd.no_request_fails():
        killed_at(zdd, PHASES[phase], *zdd.deploy_words("1.1"))
        zdd.must(0, "resume", "-y")
    assert zdd.versions() == {"1.1"}
    at_rest(zdd)


def test_it_is_killed_while_it_reverts(zdd: Program) -> None:
    zdd.deploy("1.0")
    zdd.deploy("1.1")
    with zdd.no_request_fails():
        killed_at(zdd, "revert.deploy.2", "revert", "-y")
        zdd.must(0, "resume", "-y")
    assert zdd.versions() == {"1.0"}
    at_rest(zdd)


def test_a_killed_run_is_in_the_way_until_somebody_decides(zdd: Program) -> None:
    zdd.deploy("1.0")
    killed_at(zdd, "web1/deploy.2", *zdd.deploy_words("1.1"))
    assert "is not finished: zdd resume" in zdd.deploy("1.1", 9)
    zdd.must(0, "revert", "-y")
    assert zdd.versions() == {"1.0"}
    at_rest(zdd)


def test_a_new_run_supersedes_a_killed_one_and_its_found_states(zdd: Program) -> None:
    zdd.deploy("1.0")
    killed_at(zdd, "web1/deploy.2", *zdd.deploy_words("1.1"))
    run = zdd.must(0, "history").splitlines()[1].split()[0]
    zdd.deploy("1.1", 0, "--supersede", run)
    assert zdd.versions() == {"1.1"}
    zdd.must(0, "revert", "-y")
    assert zdd.versions() == {"1.0"}, "the way back leads to before the superseded run"
    at_rest(zdd)


# ---- signals


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_signal_lets_those_in_flight_finish(zdd: Program, number: int, code: int) -> None:
    zdd.deploy("1.0")
    with zdd.no_request_fails(), zdd.begun(*zdd.deploy_words("1.1")) as process:
        zdd.until(process, started("web1/deploy.2"))
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
        assert process.returncode == code and "zdd resume" in said
        assert zdd.versions() == {"1.0", "1.1"}
        zdd.must(0, "resume", "-y")
    assert zdd.versions() == {"1.1"}
    at_rest(zdd)


def test_the_second_ctrl_c_stops_now(zdd: Program) -> None:
    zdd.deploy("1.0")
    with zdd.no_request_fails():
        with zdd.begun(*zdd.deploy_words("1.1")) as process:
            zdd.until(process, started("web1/deploy.2"))
            process.send_signal(signal.SIGINT)
            zdd.until(process, started("web1/deploy.2"))
            time.sleep(0.1)  # two signals at once are one
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=10)
            assert process.returncode == 130 and "zdd resume" in said
        zdd.must(0, "resume", "-y")
    assert zdd.versions() == {"1.1"}


def test_a_terminal_that_closes_stops_nothing(zdd: Program) -> None:
    zdd.deploy("1.0")
    ours, theirs = pty.openpty()
    zdd.since = time.time()
    process = subprocess.Popen(
        zdd.command(*zdd.deploy_words("1.1")),
        cwd=zdd.folder,
        env={**zdd.environment(), "ZDD_OUTPUT": "auto", "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        zdd.until(process, started("web1/deploy.1"))  # type: ignore[arg-type]
        process.send_signal(signal.SIGHUP)
        os.close(ours)
        assert process.wait(60) == 0
    finally:
        process.kill()
    assert zdd.versions() == {"1.1"}


def test_a_closed_pipe_stops_nothing(zdd: Program) -> None:
    zdd.deploy("1.0")
    with zdd.begun(*zdd.deploy_words("1.1", "--output", "jsonl")) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        process.stderr.close()
        assert process.wait(60) == 0
    assert zdd.versions() == {"1.1"}


# ---- two at once


def test_of_two_deploys_at_once_one_has_the_fleet(zdd: Program) -> None:
    zdd.deploy("1.0")
    with zdd.begun(*zdd.deploy_words("1.1")) as process:
        zdd.until(process, started("web1/stage"))
        said = zdd.run(*zdd.deploy_words("1.1"))
        assert said.returncode in (5, 9), said.stderr
        process.communicate(timeout=60)
        assert process.returncode == 0
    at_rest(zdd)


def test_a_holder_that_was_taken_over_changes_nothing(zdd: Program) -> None:
    """Stopped in its sleep, replaced, and woken: it hears of it from the first machine that it would change (24)."""
    zdd.deploy("1.0")
    with zdd.begun(*zdd.deploy_words("1.1")) as process:
        zdd.until(process, started("web1/deploy.2"))
        process.send_signal(signal.SIGSTOP)
        zdd.must(0, "lock", "steal", "shop@lab", "-m", "the controller hangs")
        zdd.must(0, "resume", "-y")
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=60)
        assert process.returncode == 24
    assert zdd.versions() == {"1.1"}
    at_rest(zdd)


def test_a_fleet_held_by_hand_is_not_deployed_to(zdd: Program) -> None:
    zdd.deploy("1.0")
    zdd.must(0, "lock", "take", "shop@lab", "-m", "network maintenance")
    assert "network maintenance" in zdd.deploy("1.1", 5)
    zdd.must(0, "lock", "release", "shop@lab")
    zdd.deploy("1.1")


# ---- hosts and balancers


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
    code = (
        "import sys, urllib.request as u\n"
        f"u.urlopen('{zdd.lab.url}/slow?s={seconds}', timeout=60).read()\n"
    )
    clients = [subprocess.Popen(["python3", "-c", code]) for _ in range(2)]  # one for each host
    try:
        time.sleep(1.0)  # both are in flight
        yield
    finally:
        for client in clients:
            client.wait(60)


def test_a_balancer_that_is_killed_halts_the_run(zdd: Program) -> None:
    zdd.deploy("1.0")
    pid = haproxy_of(zdd)
    with zdd.begun(*zdd.deploy_words("1.1")) as process:
        zdd.until(process, started("web1/deploy.2"))
        with stopped(pid):
            _, said = process.communicate(timeout=90)
        assert process.returncode == 20 and "lb1" in said
    zdd.must(0, "resume", "-y")
    assert zdd.versions() == {"1.1"}
    eventually(lambda: "maint" not in zdd.must(0, "status"))


def haproxy_of(zdd: Program) -> int:
    """The worker, which answers on the runtime socket."""
    pids = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode()
        except OSError:
            continue
        if words.startswith(("haproxy", "/usr/sbin/haproxy")) and str(zdd.lab.folder) in words:
            pids.append(int(folder.name))
    return max(pids)

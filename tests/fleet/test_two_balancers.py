"""Two balancers with carts that stick to a host: reloaded, gone, and clients that never let go."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.controller import started
from tests.fleet.lab import eventually, lab_in
from tests.fleet.processes import haproxies
from tests.fleet.program import QUICK, Program, at_rest
from zdd.lab import Lab
from zdd.lab.request import PATHS, Answer, Kind, Request
from zdd.lab.user import User

STATE_FILE = ', state_file: "{{ haproxy_state_file }}"'
PLAYBOOK = QUICK.replace("backends: [shop]", f"backends: [shop, cart]{STATE_FILE}").replace(
    "drain: {deadline: 20s}", "drain: {deadline: 10s, sticky: 500ms}"
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with lab_in(tmp_path_factory.mktemp("lab"), balancers=2, workers=True) as lab:
        yield lab


@pytest.fixture(scope="module")
def zdd(lab: Lab) -> Program:
    program = Program.on(lab, PLAYBOOK)
    program.deploy("1.0")
    return program


@contextmanager
def asking(lab: Lab, *kinds: Kind, clients: int = 4) -> Iterator[list[Answer]]:
    """Clients that ask again on the connections that they have, as soon as they are answered."""
    answers: list[Answer] = []
    over = threading.Event()

    def ask() -> None:
        user = User("me", lab.urls)
        while not over.is_set():
            for kind in kinds:
                answers.extend(user.does(Request(number=0, kind=kind, path=PATHS[kind])))
        user.leave()

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_clients_that_stick_and_never_let_go(zdd: Program) -> None:
    """With a request in flight at every moment a host that is only drained would never be idle: exit 20 then."""
    with asking(zdd.lab, "cart") as answers:
        eventually(lambda: {"web1", "web2"} <= {answer.host for answer in answers})
        zdd.deploy(zdd.turn()[1])
    assert [answer for answer in answers if answer.failed] == []
    assert len(answers) > 300
    assert {answer.version for answer in answers if answer.kind == "cart"} == {"1.0", "1.1"}


def rolled_and_reloaded(zdd: Program, version: str) -> list[Answer]:
    """Both are reloaded in the midst of the first host's change, and when it is on its way back."""
    with asking(zdd.lab, "page", "order", "account") as answers, zdd.begun(*zdd.deploy_words(version)) as process:
        for place in ("web1/deploy.2", "web1/up"):
            zdd.until(process, started(place))
            for balancer in zdd.lab.balancers:
                os.kill(haproxies(zdd, balancer.name)[0], signal.SIGUSR2)
        said = process.communicate(timeout=90)
    assert process.returncode == 0, said
    assert {answer.version for answer in answers} >= {"1.0", "1.1"}
    return answers


def test_reloads_in_the_middle_with_a_state_file_kept_in_step(zdd: Program) -> None:
    answers = rolled_and_reloaded(zdd, zdd.turn()[1])
    assert [answer for answer in answers if answer.failed] == []
    assert len(answers) > 300


def test_reloads_in_the_middle_without_one_are_warned_of(
    zdd: Program, record_property: Callable[[str, object], None]
) -> None:
    """What is lost is set again within two seconds; what fails in between is counted here, and not promised."""
    with zdd.playing(STATE_FILE, ""):
        warned = zdd.must(0, *zdd.deploy_words(zdd.turn()[1], "-C"))
        answers = rolled_and_reloaded(zdd, zdd.turn()[1])
    failed = sum(answer.failed for answer in answers)
    record_property("reloads without a state file", f"{failed} of {len(answers)} requests failed")
    assert "a reload forgets which hosts are out: one that nobody announced may cost requests" in warned


@contextmanager
def hidden(socket: Path) -> Iterator[None]:
    """As if HAProxy were dead to zdd; clients are served."""
    away = socket.with_name(f"{socket.name}-away")
    socket.rename(away)
    try:
        yield
    finally:
        if away.exists():
            away.rename(socket)


def test_one_that_is_dead_before_is_a_finding(zdd: Program) -> None:
    with hidden(zdd.lab.balancers[1].haproxy_socket):
        said = zdd.deploy(zdd.turn()[1], 4)
    assert "HAProxy on lb2 does not answer" in said and "--without-balancer" in said
    at_rest(zdd)


def test_one_that_dies_in_the_middle_keeps_nobody_out_of_the_other(zdd: Program) -> None:
    """It is gone when the host is to come back. The run is carried on without it, and it is told when it is back."""
    socket, version = zdd.lab.balancers[1].haproxy_socket, zdd.turn()[1]
    away = f"  - run: {{shell: 'mv {socket} {socket}-away', creates: {socket}-away}}\nhealth:"
    with zdd.playing("health:", away):
        said = zdd.deploy(version, 20)
    assert "lb2" in said
    lb1 = [line for line in zdd.run("status").stdout.splitlines() if "web1" in line]
    assert lb1 and "maint" not in lb1[0]
    said = zdd.must(2, "resume", "-y", "--without-balancer", "lb2")
    assert "say --reason" in said
    inventory = zdd.folder / "inventories/lab.yml"
    plain = inventory.read_text()
    inventory.write_text(plain.replace("        web1:", "        web9: {}\n        web1:"))
    said = zdd.must(0, "resume", "-y", "--without-balancer", "lb2", "--reason", "it is dead")
    inventory.write_text(plain)
    assert "drift: web9 is new in `web`; the run leaves it alone" in said
    assert zdd.versions() == {version}
    Path(f"{socket}-away").rename(socket)
    zdd.must(0, "host", "enable", "web1", "shop.yml", "-i", "inventories/lab.yml", "-e", f"version={version}", "-y")
    at_rest(zdd)

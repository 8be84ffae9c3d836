"""Hosts that are lost, frozen, or never idle."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.controller import started
from tests.fleet.lab import eventually
from tests.fleet.processes import frozen, kill, sshd_of, sshds, started_again
from tests.fleet.program import Program, at_rest, servers
from zdd.lab.lab import FRONT_PORT
from zdd.lab.network import free

Bring = Callable[[str], None]


@pytest.fixture(scope="module")
def bring_back(zdd: Program) -> Iterator[Bring]:
    """The sshd of a machine, killed before."""
    with ExitStack() as sshds:

        def bring(name: str) -> None:
            sshds.enter_context(started_again(sshd_of(zdd, name)))
            eventually(lambda: not free(zdd.lab.machine(name).address, 20022))

        yield bring


def test_a_host_that_is_down_before_is_a_finding_and_may_be_left_out(zdd: Program, bring_back: Bring) -> None:
    old, new = zdd.turn()
    kill(sshds(zdd, "web2"))
    said = zdd.deploy(new, 4)
    assert "web2" in said and "--skip" in said and zdd.versions() == {old}
    at_rest(zdd)
    assert "say --reason" in zdd.deploy(new, 2, "--skip", "web2")
    with zdd.no_request_fails():
        zdd.deploy(new, 0, "--skip", "web2", "--reason", "its disk is dead")
    assert zdd.versions() == {old, new}
    assert "its disk is dead (--skip web2)" in zdd.must(0, "history")
    bring_back("web2")
    zdd.deploy(new)


def test_an_sshd_that_is_killed_makes_its_host_unknown(zdd: Program, bring_back: Bring) -> None:
    """Nothing is reverted for that; when it is back one command carries on."""
    _, new = zdd.turn()
    with zdd.no_request_fails():
        with zdd.begun(*zdd.deploy_words(new)) as process:
            zdd.until(process, started("web1/deploy.2"))
            kill(sshds(zdd, "web1"))
            _, said = process.communicate(timeout=80)
        assert process.returncode == 20 and "web1" in said and "unknown" in said, said
        bring_back("web1")
        zdd.must(0, "resume", "-y")
    assert zdd.versions() == {new}
    at_rest(zdd)


def test_an_sshd_that_sleeps_for_a_while_is_waited_for(zdd: Program) -> None:
    _, new = zdd.turn()
    with zdd.no_request_fails(), zdd.begun(*zdd.deploy_words(new)) as process:
        zdd.until(process, started("web1/deploy.2"))
        with frozen(sshds(zdd, "web1")):
            time.sleep(3.0)
        assert process.wait(60) == 0
    assert zdd.versions() == {new}


def test_a_host_that_never_drains_is_put_back_and_the_run_halts(zdd: Program) -> None:
    old, new = zdd.turn()
    with zdd.playing("{deadline: 20s}", "{deadline: 1s}"), zdd.no_request_fails():
        with orders_begun(zdd):
            said = zdd.deploy(new, 20)
        assert "web1 still has " in said and "after 1 s" in said
        assert zdd.versions() == {old}
        at_rest(zdd)


def test_then_it_is_forced(zdd: Program) -> None:
    """What is known to be busy is cut: its client's request fails, as the playbook wants it."""
    _, new = zdd.turn()
    zdd.must(0, "abandon", zdd.newest(), "-y", "--reason", "with force")
    with zdd.playing("{deadline: 20s}", "{deadline: 1s, on_deadline: force}"), orders_begun(zdd):
        zdd.deploy(new)
    assert any("cut " in event.detail for event in zdd.events())
    assert zdd.versions() == {new}


def test_or_tried_again_at_the_end_of_the_batch(zdd: Program) -> None:
    _, new = zdd.turn()
    plays = zdd.playing("{deadline: 20s}", "{deadline: 2s, on_deadline: later}")
    with plays, zdd.no_request_fails(), orders_begun(zdd) as end, zdd.begun(*zdd.deploy_words(new)) as process:
        zdd.until(process, lambda event: event.status == "deferred")
        end()
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0 and "put off to the end of its batch" in said
    assert zdd.versions() == {new}
    at_rest(zdd)


@contextmanager
def orders_begun(zdd: Program) -> Iterator[Callable[[], None]]:
    """Some on each host, for the balancer takes turns, that last until they are told to end."""
    with ExitStack() as open_now:
        address = (zdd.lab.balancers[0].address, FRONT_PORT)
        orders = [open_now.enter_context(socket.create_connection(address)) for _ in range(8)]
        for order in orders:
            order.sendall(b"POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\n\r\n1")
        eventually(lambda: all(int(s.split(",")[4]) > 1 for lines in servers(zdd) for s in lines))

        def end() -> None:
            for order in orders:
                order.sendall(b"2")

        yield end

"""A balancer that is silent, gone, forgetful or unwilling while hosts are out."""

import os
import signal
import time

import pytest

from tests.controller import started
from tests.fleet.lab import eventually
from tests.fleet.processes import frozen, haproxies, kill, started_again
from tests.fleet.program import Program, at_rest
from zdd.lab import call, children


def test_one_that_is_silent_halts_the_run_in_seconds(zdd: Program) -> None:
    _, new = zdd.turn()
    with zdd.begun(*zdd.deploy_words(new)) as process:
        zdd.until(process, started("web1/deploy.2"))
        with frozen(haproxies(zdd)[-1:]):
            begun = time.monotonic()
            _, said = process.communicate(timeout=90)
            assert process.returncode == 20 and "lb1" in said and time.monotonic() - begun < 30
    zdd.must(0, "resume", "-y")
    assert zdd.versions() == {new}
    at_rest(zdd)


def test_one_that_is_reloaded_forgets_and_is_told_again(zdd: Program) -> None:
    """While the host is not changed yet: what it gets until it is told again, it can answer."""
    _, new = zdd.turn()
    with zdd.no_request_fails(), zdd.begun(*zdd.deploy_words(new)) as process:
        zdd.until(process, started("web1/idle"))
        reload(zdd)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
    assert zdd.versions() == {new}
    at_rest(zdd)


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_one_that_may_not_be_told_anything(zdd: Program, when: str) -> None:
    """Its socket has the level operator: said by preflight; lost in the middle it halts the run."""
    _, new = zdd.turn()
    with zdd.no_request_fails():
        if when == "before":
            level(zdd, "admin", "operator")
            assert "operator" in zdd.deploy(new, 4)
        else:
            with zdd.begun(*zdd.deploy_words(new)) as process:
                zdd.until(process, started("web1/look"))
                level(zdd, "admin", "operator")
                _, said = process.communicate(timeout=60)
            assert process.returncode == 20 and "refused" in said, said
        level(zdd, "operator", "admin")
        zdd.must(0, *(zdd.deploy_words(new) if when == "before" else ("resume", "-y")))
    assert zdd.versions() == {new}
    at_rest(zdd)


def test_one_that_is_killed_halts_the_run_and_one_that_is_back_carries_it_on(zdd: Program) -> None:
    """Requests fail as long as nothing listens at its address, whoever deploys."""
    _, new = zdd.turn()
    with zdd.begun(*zdd.deploy_words(new)) as process:
        zdd.until(process, started("web1/deploy.2"))
        kill(haproxies(zdd))
        _, said = process.communicate(timeout=60)
    assert process.returncode == 20 and "lb1" in said
    assert "lb1" in zdd.must(0, "status")
    with started_again(children.haproxy(zdd.lab.balancers[0])):
        eventually(lambda: answers(zdd))
        zdd.must(0, "resume", "-y")
        assert zdd.versions() == {new}
        at_rest(zdd)


def reload(zdd: Program) -> None:
    before = pid(zdd)
    os.kill(haproxies(zdd)[0], signal.SIGUSR2)
    eventually(lambda: answers(zdd) and pid(zdd) != before)


def level(zdd: Program, old: str, new: str) -> None:
    config = zdd.lab.balancers[0].disk / "haproxy.cfg"
    config.write_text(config.read_text().replace(f"level {old}", f"level {new}"))
    reload(zdd)


def pid(zdd: Program) -> str:
    info = call.haproxy(zdd.lab.balancers[0], "show info").splitlines()
    return next(line for line in info if line.startswith("Pid:"))


def answers(zdd: Program) -> bool:
    try:
        return bool(pid(zdd))
    except (OSError, StopIteration):
        return False

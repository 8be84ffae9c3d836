"""The program killed in each phase by name, and carried on by a new process; not one request fails.

Each strike is triggered by the journal, not by the clock.
"""

import pytest

from tests.fleet.program import Program, at_rest, killed_at

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

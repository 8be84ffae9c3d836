"""The program killed in each phase by name, and carried on by a new process; not one request fails.

Each strike is triggered by the journal, not by the clock.
"""

from dataclasses import replace

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
    _, new = zdd.turn()
    with zdd.no_request_fails():
        killed_at(zdd, PHASES[phase], *zdd.deploy_words(new))
        zdd.must(0, "resume", "-y")
    assert zdd.versions() == {new}
    at_rest(zdd)


def test_it_is_killed_while_it_reverts(zdd: Program) -> None:
    """By hand, of a run that was killed itself: the resume goes on backwards."""
    old, new = zdd.turn()
    with zdd.no_request_fails():
        killed_at(zdd, "web2/deploy.2", *zdd.deploy_words(new))
        killed_at(zdd, "revert.deploy.2", "revert", "-y")
        zdd.must(0, "resume", "-y")
    assert zdd.versions() == {old}
    at_rest(zdd)


def test_a_killed_run_is_in_the_way_until_somebody_decides(zdd: Program) -> None:
    """Another one supersedes it, adopts what it had found, and so leads back to before it."""
    old, new = zdd.turn()
    killed_at(zdd, "web1/deploy.2", *zdd.deploy_words(new))
    run = zdd.newest()
    said = zdd.must(0, "status")
    assert "its process is gone" in said and "marked" in said and f"next: zdd resume {run}" in said
    refused = zdd.deploy(new, 9)
    assert f"run {run} is not finished" in refused and f"next: zdd resume {run}" in refused
    assert "say --reason" in zdd.deploy(new, 2, "--supersede", run)
    with zdd.no_request_fails():
        zdd.deploy(new, 0, "--supersede", run, "--reason", "the controller is gone")
        assert zdd.versions() == {new}
        assert f"--supersede {run}" in (shown := zdd.must(0, "show")) and "the controller is gone" in shown
        zdd.must(0, "revert", "-y")
    assert zdd.versions() == {old}
    at_rest(zdd)


def test_a_run_that_was_given_up_leaves_a_word_and_the_next_deploy_brings_its_host_back(zdd: Program) -> None:
    """From a controller that has another journal: the marks themselves say what to do."""
    _, new = zdd.turn()
    killed_at(zdd, "web1/deploy.2", *zdd.deploy_words(new))
    run = zdd.newest()
    assert "its process is gone" in zdd.must(20, "status", "-w")
    elsewhere = replace(zdd, at=str(zdd.folder / "elsewhere"))
    assert f"zdd abandon {run} PLAYBOOK" in elsewhere.deploy(new, 4)
    words = ("abandon", run, "shop.yml", "-i", "inventories/lab.yml", "-y")
    assert "say --reason" in elsewhere.must(2, *words)
    elsewhere.must(0, *words, "--reason", "its journal is lost")
    assert [file.read_text() for file in zdd.lab.folder.glob("web1/state/*/out")] == [f"out by {run}"]
    with zdd.no_request_fails():
        elsewhere.deploy(new)
    assert zdd.versions() == {new}
    at_rest(zdd)
    zdd.must(0, "abandon", run, "-y", "--reason", "it was done elsewhere")
    assert "given up" in zdd.must(0, "history")

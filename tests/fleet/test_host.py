"""A host taken out by hand and put back, on a real balancer; a later deploy finds it held."""

from dataclasses import replace

from tests.fleet.program import Program, at_rest, killed_at
from zdd.lab import call


def test_a_host_is_drained_found_held_and_enabled(zdd: Program) -> None:
    _, new = zdd.turn()
    with zdd.no_request_fails():
        assert "web1 is idle" in zdd.must(0, "host", "drain", "web1", "-y")
        assert state(zdd, "web1") == "DRAIN"
        assert "0 would serve, at least 1 must" in zdd.must(4, "host", "drain", "web2", "-y")
        assert "say --reason" in zdd.must(2, "host", "drain", "web2", "-y", "--min-serving", "0")
        assert "held by an operator" in (said := zdd.must(0, "status")) and "lb1: drain" in said
        assert "zdd host enable web1" in zdd.deploy(new, 4)
        zdd.deploy(new, 0, "-l", "web1")
        assert state(zdd, "web1") == "MAINT", "out, as an operator wants it; from maint none goes back to drain"
        assert "web1 is up" in zdd.must(0, "host", "enable", "web1", "-y")
        zdd.deploy(new)
    assert zdd.versions() == {new}
    at_rest(zdd)


def test_a_host_is_drained_that_no_journal_knows(zdd: Program) -> None:
    zdd.deploy_words("1.0")
    elsewhere = replace(zdd, at=str(zdd.folder / "elsewhere"))
    assert "say which playbook" in elsewhere.must(2, "host", "drain", "web1", "-y")
    words = ("web1", "shop.yml", "-i", "inventories/lab.yml", "-y")
    elsewhere.must(0, "host", "drain", *words)
    elsewhere.must(0, "host", "enable", *words)
    at_rest(zdd)


def test_a_host_of_an_unfinished_run_is_that_runs(zdd: Program) -> None:
    _, new = zdd.turn()
    killed_at(zdd, "web1/deploy.2", *zdd.deploy_words(new))
    assert f"the mark of run {zdd.newest()}" in zdd.must(9, "host", "enable", "web1", "-y")
    zdd.must(0, "resume", "-y")
    at_rest(zdd)


def state(zdd: Program, host: str) -> str:
    rows = call.haproxy(zdd.lab.balancers[0], "show stat shop 4 -1").splitlines()
    return next(row.split(",")[17] for row in rows if row.split(",")[1:2] == [host])

"""Two at once: the lease and the fence on real machines."""

import signal
import subprocess

from tests.controller import started
from tests.fleet.program import Program, at_rest

PLAYBOOK = ("shop.yml", "-i", "inventories/lab.yml")


def test_of_two_deploys_at_once_one_has_the_fleet(zdd: Program) -> None:
    """The other is told who, though hosts were touched already and an unfinished run were in the way (9)."""
    _, new = zdd.turn()
    with zdd.no_request_fails(), zdd.begun(*zdd.deploy_words(new, "--reason", "monday")) as process:
        zdd.until(process, started("web1/deploy.1"))
        assert f"held by run {zdd.newest()}" in zdd.must(0, "lock", "list")
        said = zdd.deploy(new, 5)
        assert f"held by run {zdd.newest()} of " in said and f"pid {process.pid}" in said and "monday" in said
        assert process.wait(60) == 0
    at_rest(zdd)


def test_a_holder_that_was_taken_over_changes_nothing(zdd: Program) -> None:
    """Stopped in its sleep, replaced, and woken: it hears of it from the first machine that it would change."""
    old, new = zdd.turn()
    with zdd.no_request_fails(), zdd.begun(*zdd.deploy_words(new)) as process:
        zdd.until(process, started("web1/deploy.2"))
        process.send_signal(signal.SIGSTOP)
        zdd.must(0, "lock", "steal", "shop@lab", "-m", "the controller hangs")
        process.send_signal(signal.SIGCONT)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 24 and "zdd status" in said, said
        assert zdd.versions() <= {old, new, ""}
        zdd.must(0, "resume", "-y")
    assert zdd.versions() == {new}
    at_rest(zdd)


def test_a_live_run_that_is_robbed_stops(zdd: Program) -> None:
    _, new = zdd.turn()
    with zdd.no_request_fails(), zdd.begun(*zdd.deploy_words(new)) as process:
        zdd.until(process, started("web1/idle"))
        zdd.must(0, "lock", "steal", "shop@lab", "-m", "wrong release")
        assert process.wait(60) == 24
        zdd.must(0, "revert", "-y")
    at_rest(zdd)


def test_a_fleet_that_no_journal_knows_is_held_by_hand(zdd: Program) -> None:
    """By its playbook; what keeps deploys and hands away is on the machines, not in the store."""
    _, new = zdd.turn()
    zdd.deploy_words(new)
    elsewhere = {**zdd.environment(), "ZDD_STORE": str(zdd.folder / "elsewhere")}

    def lock(*words: str) -> "subprocess.CompletedProcess[str]":
        command = zdd.command("lock", *words)
        return subprocess.run(command, cwd=zdd.folder, env=elsewhere, capture_output=True, text=True, check=False)

    assert lock("list", "shop@lab").returncode == 2
    assert lock("take", *PLAYBOOK, "-m", "network maintenance").returncode == 0
    assert "network maintenance" in lock("list", *PLAYBOOK).stdout
    assert "network maintenance" in (said := zdd.deploy(new, 5)) and "zdd lock release shop@lab" in said
    zdd.must(5, "host", "drain", "web1", "-y")
    assert lock("release", *PLAYBOOK).returncode == 0
    assert "nobody held" in lock("release", *PLAYBOOK).stderr
    zdd.deploy(new)

"""Two at once: the lease and the fence on real machines."""

import signal

from tests.fleet.program import Program, at_rest, started


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

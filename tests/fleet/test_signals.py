"""Ctrl-C once and twice, SIGTERM, a closed terminal, a closed pipe; the journal says when, not the clock."""

import os
import pty
import signal
import subprocess
import time

import pytest

from tests.controller import Process, started
from tests.fleet.lab import eventually
from tests.fleet.processes import frozen, sshds
from tests.fleet.program import Program, at_rest


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_signal_lets_those_in_flight_finish(zdd: Program, number: int, code: int) -> None:
    old, new = zdd.turn()
    with zdd.no_request_fails(), zdd.begun(*zdd.deploy_words(new)) as process:
        zdd.until(process, started("web1/deploy.2"))
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
        assert process.returncode == code and "zdd resume" in said
        assert zdd.versions() == {old, new}
        zdd.must(0, "resume", "-y")
    assert zdd.versions() == {new}
    at_rest(zdd)


def test_the_second_ctrl_c_stops_now(zdd: Program) -> None:
    """Also where the machine that it waits for, and the one that keeps its lease, have frozen."""
    _, new = zdd.turn()
    with zdd.no_request_fails():
        with zdd.begun(*zdd.deploy_words(new)) as process:
            zdd.until(process, started("web1/deploy.2"))
            process.send_signal(signal.SIGINT)
            with frozen(sshds(zdd, "web1") + sshds(zdd, "lb1")):
                heard(process, "once more stops now")  # two signals at once are one
                process.send_signal(signal.SIGINT)
                begun = time.monotonic()
                _, said = process.communicate(timeout=30)
                assert time.monotonic() - begun < 5 and process.returncode == 130 and "zdd resume" in said
        zdd.must(0, "resume", "-y")
    assert zdd.versions() == {new}


def heard(process: Process, words: str) -> None:
    """Wait for a line on stderr; what came before it is gone."""
    assert process.stderr
    assert any(words in line for line in process.stderr), f"it never said {words}"


def test_ctrl_c_before_anything_was_touched(zdd: Program) -> None:
    with frozen(sshds(zdd, "web2")), zdd.begun(*zdd.deploy_words(zdd.turn()[1])) as process:
        eventually(lambda: len(sshds(zdd, "web1")) > 1)  # it connects; no journal says so
        process.send_signal(signal.SIGTERM)
        heard(process, "once more ends it at once")
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 143
    assert not list(zdd.lab.folder.glob("*/state/*/mark"))
    zdd.deploy(zdd.turn()[0])  # a lease that a dead process did not give back is in nobody's way
    at_rest(zdd)


def test_a_terminal_that_closes_stops_nothing(zdd: Program) -> None:
    _, new = zdd.turn()
    ours, theirs = pty.openpty()
    zdd.since = time.time()
    process = subprocess.Popen(
        zdd.command(*zdd.deploy_words(new)),
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
    assert zdd.versions() == {new}


def test_a_closed_pipe_stops_nothing(zdd: Program) -> None:
    _, new = zdd.turn()
    with zdd.begun(*zdd.deploy_words(new, "--output", "jsonl")) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        process.stderr.close()
        assert process.wait(60) == 0
    assert zdd.versions() == {new}

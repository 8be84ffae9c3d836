"""Ctrl-C once and twice, SIGTERM, a closed terminal, a closed pipe; the journal says when, not the clock."""

import os
import pty
import signal
import subprocess
import time

import pytest

from tests.fleet.program import Program, at_rest, started


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

"""The program with streams that take nothing: one line that says so, and an exit code; never a bug."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = f"{shlex.quote(sys.executable)} -c 'from zdd.cli import main; main()'"
FULL = "stdout cannot be written: No space left on device (exit 2)\n"
CLOSED = "stdout cannot be written: Bad file descriptor (exit 2)\n"


def said(tmp: Path, words: str, **about: str) -> tuple[int, str]:
    """Exit code and stderr of `zdd WORDS`, as a shell starts it."""
    environment = {**os.environ, "ZDD_STORE": str(tmp / "store"), **about}
    command = ["sh", "-c", f"{PROGRAM} {words}"]
    done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("verb", ["history", "--help", "--version", "inventory --help"])
def test_a_full_disk_is_no_bug(tmp_path: Path, verb: str) -> None:
    assert said(tmp_path, f"{verb} > /dev/full") == (2, FULL)


def test_nor_is_it_one_where_the_encoding_is_poor(tmp_path: Path) -> None:
    assert said(tmp_path, "history > /dev/full", PYTHONIOENCODING="ascii") == (2, FULL)


@pytest.mark.parametrize(
    ("closed", "code", "error"),
    [(">&-", 2, CLOSED), ("2>&- > /dev/null", 0, ""), ("<&- > /dev/null", 0, ""), ("<&- >&- 2>&-", 2, "")],
)
def test_streams_that_are_closed(tmp_path: Path, closed: str, code: int, error: str) -> None:
    assert said(tmp_path, f"history {closed}") == (code, error)
    assert said(tmp_path, f"history {closed}") == (code, error), "the store is as whole as before"


def test_a_full_disk_under_stderr_leaves_the_exit_code(tmp_path: Path) -> None:
    assert said(tmp_path, "show nobody@nowhere 2> /dev/full")[0] == 2


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    """It is gone before the first word comes."""
    gone = f"mkfifo gone; true < gone & exec 3> gone; wait; {PROGRAM} history >&3; echo $? > code"
    environment = {**os.environ, "ZDD_STORE": str(tmp_path / "store")}
    done = subprocess.run(
        ["sh", "-c", gone], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stderr, (tmp_path / "code").read_text()) == ("", "141\n")

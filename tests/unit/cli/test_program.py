"""The program as it is started, where it needs no machine: what it ends with."""

import os
import signal
import subprocess
import sys
from pathlib import Path

MAIN = "from zdd.cli import main; main()"
BUG = f"from zdd.journal.store import Store; Store.runs = lambda *_: 1 / 0; {MAIN}"
WAITS = f"""
import signal
from zdd.journal.store import Store
Store.runs = lambda *_: (print("here", flush=True), signal.pause())
{MAIN}
"""


def program(tmp: Path, code: str, *words: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "ZDD_STORE": str(tmp / "store")}
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=tmp,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_1_a_bug_is_called_one(tmp_path: Path) -> None:
    with program(tmp_path, BUG, "history") as process:
        assert process.stderr
        said = process.stderr.read()
    assert said.startswith("a bug in zdd: nothing more was done (exit 1)") and "ZeroDivisionError" in said
    assert process.returncode == 1


def test_2_what_is_not_there(tmp_path: Path) -> None:
    with program(tmp_path, MAIN, "show", "nobody@nowhere") as process:
        assert process.stderr and "no run or fleet 'nobody@nowhere'" in process.stderr.read()
    assert process.returncode == 2


def test_143_the_first_signal_ends_it_in_order(tmp_path: Path) -> None:
    """It says when it waits, deep in its store."""
    with program(tmp_path, WAITS, "history") as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline() == "here\n"
        process.send_signal(signal.SIGTERM)
        said = process.stderr.read()
    assert (process.returncode, said) == (143, "stopping; once more ends it at once\nstopped (exit 143)\n")

"""The program as it is started, where it needs no machine: what it ends with."""

import os
import signal
import subprocess
import sys
from pathlib import Path

MAIN = "from zdd.cli import main; main()"
BUG = f"from zdd.journal.store import Store; Store.runs = lambda *_: 1 / 0; {MAIN}"
WAITS = f"import time; from zdd.journal.store import Store; Store.runs = lambda *_: print(time.sleep(60)); {MAIN}"


def program(tmp: Path, code: str, *words: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "ZDD_STORE": str(tmp / "store")}
    return subprocess.Popen(
        [sys.executable, "-u", "-c", code, *words], cwd=tmp, env=environment, stderr=subprocess.PIPE, text=True
    )


def test_1_a_bug_is_called_one(tmp_path: Path) -> None:
    with program(tmp_path, BUG, "history") as process:
        assert process.stderr and "ZeroDivisionError" in process.stderr.read()
    assert process.returncode == 1


def test_2_what_is_not_there(tmp_path: Path) -> None:
    with program(tmp_path, MAIN, "show", "nobody@nowhere") as process:
        assert process.stderr and "no run or fleet 'nobody@nowhere'" in process.stderr.read()
    assert process.returncode == 2


def test_143_the_first_signal_ends_it_in_order(tmp_path: Path) -> None:
    """As soon as its store is there, it waits in it."""
    with program(tmp_path, WAITS, "history") as process:
        while not (tmp_path / "store" / "journal.db").exists():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.stderr
        said = process.stderr.read()
    assert process.returncode == 143 and "stopping; once more ends it at once" in said and "stopped (exit 143)" in said

"""A person at a terminal: starts a program there, and answers what it asks."""

import os
import pty
import select
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 100.0  # seconds


def typed(command: Sequence[str], answers: Mapping[str, str], folder: Path, environment: Mapping[str, str]) -> str:
    """What stood on the screen at the end, and then `exit` with the code. `answers`: question -> what is typed."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(command[0], list(command), dict(environment))
    screen, open_questions, end = "", dict(answers), time.monotonic() + PATIENCE
    try:
        while block := _block(terminal, end):
            screen += block
            for question in [question for question in open_questions if question in screen]:
                os.write(terminal, f"{open_questions.pop(question)}\n".encode())
    finally:
        os.close(terminal)  # whoever still runs there is hung up on
    return f"{screen}exit {os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}"


def _block(terminal: int, end: float) -> str:
    """Empty when the program has ended."""
    readable, _, _ = select.select([terminal], [], [], max(0.0, end - time.monotonic()))
    assert readable, f"it did not end in {PATIENCE:g} s"
    try:
        return os.read(terminal, 1 << 16).decode(errors="replace")
    except OSError:
        return ""

"""A stream that goes away is neither an error nor noise."""

import errno
import io
import os
import subprocess
import sys
from typing import Any

import pytest

from zdd.errors import Unwritten
from zdd.report.outlet import Outlet


class Broken(io.StringIO):
    """A terminal that was closed."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number, self.tries = number, 0

    def write(self, text: str) -> int:
        self.tries += 1
        raise OSError(self.number, os.strerror(self.number))


def test_each_line_is_there_at_once() -> None:
    stream = io.StringIO()
    Outlet(stream).line("web1 drain ok")
    assert stream.getvalue() == "web1 drain ok\n"


@pytest.mark.parametrize("number", [errno.EPIPE, errno.EIO, errno.ENOSPC])
def test_a_stream_that_is_gone_is_not_tried_again(number: int) -> None:
    stream = Broken(number)
    outlet = Outlet(stream)
    outlet.line("one")
    outlet.line("two")
    assert (outlet.gone, stream.tries) == (True, 1)


def test_stdout_of_the_program_that_takes_no_data_is_gone_too() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise Unwritten(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    outlet = Outlet(Full())
    outlet.line("one")
    assert outlet.gone


def test_a_closed_stream_is_gone() -> None:
    stream: Any = io.StringIO()
    stream.close()
    outlet = Outlet(stream)
    outlet.line("one")
    assert outlet.gone


PROGRAM = """
import sys
from zdd.report.outlet import Outlet
outlet = Outlet(sys.stdout)
sys.stdin.readline()
for _ in range(3):
    outlet.line("x" * 100)
sys.exit(7)
"""


def test_a_pipe_that_nobody_reads_changes_neither_exit_code_nor_stderr() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin and process.stdout and process.stderr
    process.stdout.close()
    process.stdin.write(b"go\n")
    process.stdin.close()
    noise = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), noise) == (7, b"")

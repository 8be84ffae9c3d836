"""The three streams that a program is born with, in whatever state they are."""

import io
import os
import sys
from typing import Any

from zdd.errors import Unwritten

OUT = 1


class Stdout(io.FileIO):
    """Where data goes. That it cannot be written is no bug of whoever wrote."""

    def write(self, data: Any, /) -> int:
        """Raises `Unwritten`, once: what comes after it goes nowhere, or Python would complain when it exits."""
        try:
            return super().write(data)
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), OUT)
            raise Unwritten(error) from error


def use_streams() -> None:
    """Closed ones lead nowhere, or the next file that is opened would take their place. What a terminal's encoding does
    not know is written out, rather than taken for a bug."""
    born, sys.stdin = sys.stdout, sys.stdin or _nowhere(os.O_RDONLY, "r")
    sys.stdout = sys.stdout or _nowhere(os.O_RDONLY, "w")  # to write there fails, and is said
    sys.stderr = sys.stderr or _nowhere(os.O_WRONLY, "w")
    if born is sys.__stdout__:
        buffer, known = io.BufferedWriter(Stdout(OUT, "w", closefd=False)), sys.stdout
        sys.stdout = io.TextIOWrapper(buffer, known.encoding, line_buffering=known.isatty())
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _nowhere(flags: int, mode: str) -> Any:
    """The lowest free number is that of the stream which is closed; it stays taken."""
    return os.fdopen(os.open(os.devnull, flags), mode, encoding="utf-8", closefd=False)

"""A stream that may go away. A closed terminal or pipe stops nothing, and is not noisy either (R19)."""

import io
import os
from typing import TextIO

from zdd.errors import Unwritten


class Outlet(io.TextIOBase):
    """Text to a terminal, pipe or file; silent from the first error on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self.gone = stream, False

    def write(self, text: str) -> int:
        if not self.gone:
            try:
                self._stream.write(self._readable(text))
                self._stream.flush()
            except (OSError, ValueError, Unwritten):  # gone, or closed already: whoever read us does not any more
                self._give_up()
        return len(text)

    def line(self, text: str) -> None:
        self.write(text + "\n")

    def flush(self) -> None:
        """Each write is flushed."""

    def isatty(self) -> bool:
        return not self.gone and self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._stream.encoding or "utf-8"

    def _readable(self, text: str) -> str:
        """What the stream's encoding does not know is written out: `\\u2192`."""
        return text.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def _give_up(self) -> None:
        """What is still in the stream's buffer goes nowhere, or Python would complain about it when it exits."""
        self.gone = True
        try:
            nowhere, there = os.open(os.devnull, os.O_WRONLY), self._stream.fileno()
        except (OSError, ValueError):  # no file of the system behind it
            return
        os.dup2(nowhere, there)
        os.close(nowhere)

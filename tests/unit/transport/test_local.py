"""The controller as a machine. No sockets; its own shell."""

import os
import time

import pytest

from zdd.errors import Lost
from zdd.transport import Command
from zdd.transport.local import Local


def test_a_command_gets_its_input_and_says_how_it_ended() -> None:
    result = Local().run(Command(verb="x", script="cat; echo bad >&2; exit 3", stdin=b"hello\n"))
    assert (result.exit, result.out, result.err) == (3, "hello\n", "bad\n")


def test_one_that_does_not_end_is_ended_and_nobody_knows_what_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zdd.transport.local.GRACE", 0.0)
    began = time.monotonic()
    with pytest.raises(Lost, match="did not end in 1 s"):
        Local().run(Command(verb="x", script=f"sleep 61.{os.getpid()}", timeout=1.0))
    assert time.monotonic() - began < 10

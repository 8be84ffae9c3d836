"""Which reporter a run gets."""

import io
import sys

import pytest

from zdd.errors import Usage
from zdd.report.choose import chosen, resolved
from zdd.report.jsonl import JsonLines
from zdd.report.outlet import Outlet
from zdd.report.pulse import Pulse
from zdd.report.quiet import Quiet
from zdd.report.screen import screen


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("output", "terminal", "environment", "mode"),
    [
        ("auto", True, {}, "live"),
        ("auto", False, {}, "plain"),
        ("auto", True, {"CI": "true"}, "plain"),
        ("auto", True, {"TERM": "dumb"}, "plain"),
        ("auto", True, {"NO_COLOR": "1"}, "live"),
        ("live", False, {"CI": "true"}, "live"),
        ("plain", True, {}, "plain"),
        ("jsonl", True, {}, "jsonl"),
        ("quiet", True, {}, "quiet"),
    ],
)
def test_what_auto_means(output: str, terminal: bool, environment: dict[str, str], mode: str) -> None:
    assert resolved(output, terminal, environment) == mode


def test_another_word_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(Usage, match="auto, live, plain, jsonl, quiet"):
        resolved("json", True, {})


def test_data_goes_to_stdout_and_progress_to_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    jsonl, plain, quiet = (chosen(output, environment={}) for output in ("jsonl", "auto", "quiet"))
    assert isinstance(jsonl, JsonLines) and isinstance(plain, Pulse) and isinstance(quiet, Quiet)
    for reporter in (jsonl, plain, quiet):
        reporter.close()
    assert (len(out.getvalue().splitlines()), err.getvalue()) == (2, "")


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False)],
)
def test_no_color_leaves_the_drawing(environment: dict[str, str], coloured: bool) -> None:
    console = screen(Outlet(Terminal()), environment)
    with console.capture() as capture:
        console.print("failed", style="red")
    assert ("\x1b[31m" in capture.get()) is coloured
    assert console.is_terminal


def test_force_color_colours_a_pipe() -> None:
    assert screen(Outlet(io.StringIO()), {"FORCE_COLOR": "1", "TERM": "xterm"}).is_terminal
    assert not screen(Outlet(io.StringIO()), {"TERM": "xterm"}).is_terminal

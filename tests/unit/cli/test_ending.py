"""What a command says that could not do what it was asked."""

import json

import pytest
import typer

from zdd import errors
from zdd.cli.answering import answered
from zdd.cli.app import app
from zdd.cli.ending import ending

REFUSALS = {
    errors.Usage("which fleet? there are blog@lab, shop@lab"): (2, ()),
    errors.Invalid([errors.Problem("shop.yml", 20, 3, "unknown key `dedline`; did you mean `deadline`?")]): (3, ()),
    errors.Preflight([errors.Finding("web1", "no space left", "make room")]): (
        4,
        (),
    ),
    errors.Unreachable("web1 does not answer on port 22"): (4, ()),
    errors.Failed("lb1 refuses"): (4, ()),
    errors.LeaseHeld("shop@lab is held by run r1 of ops@desk"): (5, ("zdd lock list",)),
    errors.Unfinished("shop@lab: run r1 is not finished: zdd resume r1"): (9, ()),
    errors.JournalLost("the journal cannot be used any more"): (20, ()),
    errors.LeaseLost("r1 was taken over"): (24, ()),
}


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: type(error).__name__)
def test_a_refusal_says_why_what_it_means_and_what_to_type(error: errors.ZddError) -> None:
    code, then = REFUSALS[error]
    text, exit_code = ending(error)
    why, head, *following = text.rsplit("\n", 1 + len(then))
    assert why == str(error)
    assert exit_code == code and head.endswith(f"(exit {code})")
    assert following == [f"  next: {command}" for command in then]


def misused(*words: str) -> BaseException:
    with pytest.raises(Exception) as raised:
        app(list(words), standalone_mode=False, prog_name="zdd")
    return raised.value


@pytest.mark.parametrize(
    ("words", "said", "verb"),
    [
        (("deplyo",), "'deploy'", "zdd"),
        (("deploy",), "PLAYBOOK", "zdd deploy"),
        (("deploy", "shop.yml", "--otput", "plain"), "--output", "zdd deploy"),
        (("deploy", "shop.yml", "--output", "loud"), "'quiet'", "zdd deploy"),
        (("lock", "tak"), "'take'", "zdd lock"),
    ],
)
def test_a_slip_on_the_command_line_is_no_bug(words: tuple[str, ...], said: str, verb: str) -> None:
    text, code = ending(misused(*words))
    assert code == 2
    assert said in text.splitlines()[0] and text.splitlines()[0].endswith("(exit 2)")
    assert text.splitlines()[1].startswith(f"Usage: {verb} ")
    assert text.splitlines()[-1] == f"  next: {verb} --help"


@pytest.mark.parametrize("words", [(), ("lock",)])
def test_where_nothing_is_asked_for_the_help_is_all(words: tuple[str, ...]) -> None:
    text, code = ending(misused(*words))
    assert code == 2
    assert text.startswith("Usage: zdd") and text.count("Usage:") == 1 and "Commands:" in text


@pytest.mark.parametrize("error", [typer.Abort(), KeyboardInterrupt()])
def test_a_no_and_ctrl_c_before_anything_began(error: BaseException) -> None:
    assert ending(error) == ("nothing was done (exit 130)", 130)


def test_a_bug_shows_where_it_is() -> None:
    try:
        dict[str, str]()["web1"]
    except KeyError as bug:
        text, code = ending(bug)
    assert code == 1
    assert text.startswith("a bug in zdd: nothing more was done (exit 1). Please report it")
    assert "test_ending.py" in text and "KeyError: 'web1'" in text


def test_a_program_that_reads_json_lines_is_refused_in_them(capsys: pytest.CaptureFixture[str]) -> None:
    for output in ("jsonl", "plain"):
        with pytest.raises(errors.LeaseHeld), answered(output):
            raise errors.LeaseHeld("shop@lab is held")
    version, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert version["type"] == "version"
    then = ["zdd lock list"]
    assert summary == {"type": "summary", "run": "", "code": 5, "why": "shop@lab is held", "touched": [], "next": then}

"""`--help` teaches."""

from typing import Any

import pytest

from tests.unit.cli.verbs import ROOT, parsed, verbs

VERBS = list(verbs())


@pytest.mark.parametrize(("path", "verb"), VERBS, ids=[" ".join(path) for path, _ in VERBS])
def test_each_verb_ends_with_an_example_that_its_own_parser_takes(path: tuple[str, ...], verb: Any) -> None:
    shown = (verb.epilog or "").removeprefix("\b\nExample:\n").strip()
    assert shown, f"zdd {' '.join(path)} has no example: a paragraph of its docstring that begins with `zdd`"
    for line in shown.splitlines():
        assert parsed(line.strip()) == path


@pytest.mark.parametrize(("path", "verb"), VERBS, ids=[" ".join(path) for path, _ in VERBS])
def test_each_verb_and_each_of_its_options_says_what_it_is_for(path: tuple[str, ...], verb: Any) -> None:
    assert verb.help and "zdd " not in verb.help.split("\n\n")[0].split("`")[0]
    for parameter in verb.params:
        assert parameter.help, f"zdd {' '.join(path)}: {parameter.name}"


def test_the_first_help_has_a_line_for_each_verb_and_says_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    ROOT.main(["--help"], standalone_mode=False, prog_name="zdd", terminal_width=80)
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 80
    commands = said.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert not any("..." in line for line in commands)
    assert [line.split()[0] for line in commands] == list(ROOT.commands)
    for line in said.partition("Begin:\n")[2].splitlines():
        assert not line.strip().startswith("zdd") or parsed(line.strip())


def test_usage_is_written_as_everybody_writes_it(capsys: pytest.CaptureFixture[str]) -> None:
    for verb, usage in (("abandon", "RUN [PLAYBOOK]"), ("init", "[FOLDER]"), ("exec", "PATTERN -- COMMAND...")):
        ROOT.main([verb, "--help"], standalone_mode=False, prog_name="zdd")
        assert f"Usage: zdd {verb} [OPTIONS] {usage}\n" in capsys.readouterr().out


def test_a_slip_in_an_example_would_be_seen() -> None:
    for line in ("zdd deplyo x.yml", "zdd deploy x.yml --otput plain"):
        with pytest.raises(Exception, match=r"deplyo|otput"):
            parsed(line)

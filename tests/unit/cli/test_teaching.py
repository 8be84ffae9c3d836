"""`--help` teaches."""

from typing import Any

import pytest

from tests.unit.cli.verbs import parsed, verbs

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


def test_a_slip_in_an_example_would_be_seen() -> None:
    for line in ("zdd deplyo x.yml", "zdd deploy x.yml --otput plain"):
        with pytest.raises(Exception, match=r"deplyo|otput"):
            parsed(line)

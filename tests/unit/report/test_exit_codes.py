"""Every exit code has its sentence."""

import re

import pytest

from tests.unit.cli.verbs import parsed
from zdd import errors
from zdd.report.exit_codes import EXIT_CODES, commands, meaning

CODES = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21, 22, 23, 24, 130, 143}


def test_all_of_them_are_there() -> None:
    assert set(EXIT_CODES) == CODES


@pytest.mark.parametrize(
    "error", [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, Exception)]
)
def test_every_error_ends_with_a_known_code(error: type[errors.ZddError]) -> None:
    assert error.exit_code in CODES


@pytest.mark.parametrize("code", sorted(CODES))
def test_what_it_means_is_one_sentence(code: int) -> None:
    assert re.fullmatch(r"[^.\n]{4,110}", meaning(code))


@pytest.mark.parametrize("code", [20, 23, 130, 143])
def test_what_can_be_carried_on_says_how(code: int) -> None:
    assert commands(code, "r1")[0] == "zdd resume r1"


def test_without_a_run_no_command_is_shown_that_needs_one() -> None:
    assert commands(20, "") == []
    assert commands(5, "") == ["zdd lock list"]
    assert commands(6, "") == []


@pytest.mark.parametrize("code", sorted(CODES))
def test_what_is_to_be_typed_next_is_a_verb_that_there_is(code: int) -> None:
    for command in commands(code, "r1", "shop.yml"):
        parsed(command)


def test_names_are_quoted_for_a_shell() -> None:
    assert commands(6, "", "my shop.yml") == ["zdd window next 'my shop.yml'"]
    assert commands(5, "r1") == ["zdd lock list r1"]

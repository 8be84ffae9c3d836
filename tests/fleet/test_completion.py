"""Completion as the shells ask for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ZDD = Path(sys.executable).with_name("zdd")


def asked(**environment: str) -> str:
    done = subprocess.run(
        [ZDD], env={**os.environ, **environment}, capture_output=True, text=True, timeout=30, check=True
    )
    assert not done.stderr
    return done.stdout


def bash(line: str) -> list[str]:
    words = line.split(" ")
    number = str(len(words) - 1)
    return asked(_ZDD_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=number).split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("zdd dep", ["deploy"]),
        ("zdd lock st", ["steal"]),
        ("zdd deploy --sup", ["--supersede"]),
        ("zdd deploy --output q", ["quiet"]),
    ],
)
def test_bash_is_offered_verbs_options_and_words(line: str, offered: list[str]) -> None:
    assert bash(line) == offered


def test_zsh_and_fish_are_told_what_each_verb_is_for() -> None:
    zsh = asked(_ZDD_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS="zdd dep")
    fish = asked(_ZDD_COMPLETE="complete_fish", _TYPER_COMPLETE_ARGS="zdd dep", _TYPER_COMPLETE_FISH_ACTION="get-args")
    assert all("deploy" in said and "Take a fleet" in said for said in (zsh, fish))

"""Completion as the shells ask for it."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.report.shop import FLEET, RUN, plan
from zdd.journal.store import Store

ZDD = Path(sys.executable).with_name("zdd")


def asked(**environment: str) -> str:
    done = subprocess.run(
        [ZDD], env={**os.environ, **environment}, capture_output=True, text=True, timeout=30, check=True
    )
    assert not done.stderr
    return done.stdout


def bash(line: str, **environment: str) -> list[str]:
    words = line.split(" ")
    number = str(len(words) - 1)
    return asked(_ZDD_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=number, **environment).split()


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


def test_runs_and_fleets_of_the_store_are_offered_with_what_they_were(tmp_path: Path) -> None:
    there = str(tmp_path / "runs")
    with closing(Store.open(there)) as store:
        store.create(plan())
    assert bash("zdd resume 2026", ZDD_STORE=there) == bash(f"zdd resume --store {there} 2026") == [RUN]
    assert bash("zdd lock list sh", ZDD_STORE=there) == [FLEET]
    fish = {"_TYPER_COMPLETE_ARGS": "zdd show 2026", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    assert "1.0 → 1.1, not ended" in asked(_ZDD_COMPLETE="complete_fish", ZDD_STORE=there, **fish)


@pytest.mark.parametrize("store", ["nowhere", "postgresql://nobody@192.0.2.1/runs"])
def test_a_store_that_is_not_there_is_neither_made_nor_waited_for(tmp_path: Path, store: str) -> None:
    place = store if "://" in store else str(tmp_path / store)
    assert bash("zdd resume 2026", ZDD_STORE=place) == []
    assert not list(tmp_path.iterdir())


def test_zsh_and_fish_are_told_what_each_verb_is_for() -> None:
    zsh = asked(_ZDD_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS="zdd dep")
    fish = asked(_ZDD_COMPLETE="complete_fish", _TYPER_COMPLETE_ARGS="zdd dep", _TYPER_COMPLETE_FISH_ACTION="get-args")
    assert all("deploy" in said and "Take a fleet" in said for said in (zsh, fish))

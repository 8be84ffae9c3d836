"""What is to be typed next works when it is pasted: it says again what was said now."""

import shlex
from collections.abc import Iterator

import pytest

from zdd.cli.app import app
from zdd.cli.desk import Desk
from zdd.cli.ending import ending
from zdd.cli.typed import command_typed, typed
from zdd.errors import LeaseHeld, OutsideWindow, Stale, Unfinished, Usage, ZddError


@pytest.fixture(autouse=True)
def one_command() -> Iterator[None]:
    with command_typed():
        yield


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Verbs that open a store are refused there."""

    def refuse(*_: object, **__: object) -> Desk:
        raise Usage("refused")

    monkeypatch.setattr("zdd.cli.desk.opened", refuse)
    yield


def type_(line: str) -> None:
    with pytest.raises(Usage):
        app(shlex.split(line)[1:], standalone_mode=False, prog_name="zdd")


@pytest.mark.usefixtures("refusing")
@pytest.mark.parametrize(
    ("line", "then", "again"),
    [
        ("zdd resume r1 --store '/my runs' -K", "zdd revert r1", "zdd revert r1 -K --store '/my runs'"),
        ("zdd resume r1 --store /runs -K", "zdd abandon r1", "zdd abandon r1 -K --store /runs"),
        ("zdd resume r1 -K --store=/runs", "zdd show r1", "zdd show r1 --store /runs"),
        ("zdd status r1", "zdd resume r1", "zdd resume r1"),
        (
            "zdd resume r1 --store postgresql+psycopg://zdd:geheim@db/runs",
            "zdd revert r1",
            "zdd revert r1 --store 'postgresql+psycopg://zdd:***@db/runs'",
        ),
        (
            "zdd deploy shop.yml -i a.yml -i b.yml -e version=1.1 -l web1 --skip web2 --reason x -b",
            "zdd plan shop.yml",
            "zdd plan shop.yml -i a.yml -i b.yml -e version=1.1 -l web1 -b",
        ),
        ("zdd deploy shop.yml -i a.yml -e version=1.1", "zdd abandon r1", "zdd abandon r1"),
        (
            "zdd lock take shop.yml -i a.yml --store /runs -m x",
            "zdd lock release shop.yml",
            "zdd lock release shop.yml -i a.yml --store /runs",
        ),
    ],
)
def test_what_the_next_verb_takes_is_said_again(line: str, then: str, again: str) -> None:
    type_(line)
    assert typed().again(then) == again


@pytest.mark.usefixtures("refusing")
def test_what_the_environment_says_it_says_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZDD_STORE", "/runs")
    type_("zdd status r1")
    assert typed().again("zdd resume r1") == "zdd resume r1"


@pytest.mark.usefixtures("refusing")
@pytest.mark.parametrize(
    ("error", "then"),
    [
        (LeaseHeld("held"), ["zdd lock list 'my shop.yml' -i a.yml --store /runs"]),
        (OutsideWindow("closed"), ["zdd window next 'my shop.yml' -i a.yml"]),
        (Stale("another secret", ("zdd revert r1",)), ["zdd revert r1 --store /runs"]),
        (
            Unfinished("r1", ("zdd resume r1", "zdd abandon r1")),
            ["zdd resume r1 --store /runs", "zdd abandon r1 --store /runs"],
        ),
        (Stale("gone"), []),
    ],
)
def test_a_refusal_ends_with_what_can_be_pasted(error: ZddError, then: list[str]) -> None:
    type_("zdd deploy 'my shop.yml' -i a.yml --store /runs")
    text, _ = ending(error)
    assert [line.partition("next: ")[2] for line in text.splitlines() if "next: " in line] == then


@pytest.mark.usefixtures("refusing")
def test_a_command_does_not_say_what_another_was_told() -> None:
    with command_typed():
        type_("zdd status r1 --store /runs")
    assert typed().again("zdd resume r1") == "zdd resume r1"

"""A group of options stands for its options, in its place."""

import inspect
from dataclasses import dataclass, field
from typing import Annotated

import typer
from typer.testing import CliRunner

from zdd.cli.groups import spread

Names = Annotated[list[str], typer.Option("--name")]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who."""

    host: Annotated[str, typer.Argument()]
    name: Names = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who, and how loud."""

    people: People
    loud: Annotated[int, typer.Option("--loud")] = 3


def invite(*, party: Party, last: bool = False) -> str:
    return f"{party.people.host} {party.people.name} {party.loud} {last}"


def test_a_group_may_hold_groups() -> None:
    app = typer.Typer()
    app.command()(spread(invite))
    said = CliRunner().invoke(app, ["web1", "--name", "a", "--loud", "5"], standalone_mode=False)
    assert said.return_value == "web1 ['a'] 5 False"
    assert list(inspect.signature(spread(invite)).parameters) == ["host", "name", "loud", "last"]


def greet(first: Annotated[int, typer.Option("--first")] = 1, *, people: People, last: bool = False) -> str:
    """Say hello."""
    return f"{first} {people.host} {people.name} {last}"


def test_options_stand_where_their_group_stood() -> None:
    parameters = inspect.signature(spread(greet)).parameters
    assert list(parameters) == ["first", "host", "name", "last"]
    assert parameters["host"].default is inspect.Parameter.empty and parameters["name"].default == []


def test_the_verb_gets_the_group() -> None:
    app = typer.Typer()
    app.command()(spread(greet))
    said = CliRunner().invoke(app, ["web1", "--name", "a", "--name", "b", "--last"], standalone_mode=False)
    assert said.return_value == "1 web1 ['a', 'b'] True"
    assert spread(greet).__doc__ == "Say hello."

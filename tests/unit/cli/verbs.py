"""Commands as people type them, read by the program's own parser."""

import shlex
from collections.abc import Iterator
from typing import Any

import typer

from zdd.cli.app import app

END = {"&&", "|", ">", ">>", "2>&1", "#", ";", "||"}
ROOT: Any = typer.main.get_command(app)


def verbs(command: Any = ROOT, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each verb with its words: ("lock", "take")."""
    for name, below in getattr(command, "commands", {}).items():
        yield from verbs(below, (*path, name))
    if not hasattr(command, "commands"):
        yield path, command


def parsed(line: str) -> tuple[str, ...]:
    """The verb of `zdd …`. Raises what its parser says no with."""
    words = shlex.split(line.split(" # ")[0])
    assert words.pop(0) == "zdd", line
    words = words[: next((n for n, word in enumerate(words) if word in END), len(words))]
    command, path = ROOT, []
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        path.append(words.pop(0))
        assert path[-1] in command.commands, f"{line}: no verb {' '.join(path)}"
        command = command.commands[path[-1]]
    if words not in (["--help"], ["-h"], ["--version"], ["--install-completion"], ["--show-completion"]):
        command.make_context("zdd", words)
    return tuple(path)

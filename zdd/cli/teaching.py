"""`--help` that teaches: each verb ends with an example, the paragraph of its docstring that begins with `zdd`."""

import inspect
from dataclasses import dataclass

import typer

from zdd.cli.groups import spread
from zdd.cli.typed import Verb

EXAMPLE = "\b\nExample:\n  "


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a verb's docstring says."""

    text: str
    example: str


def lesson(doc: str) -> Lesson:
    paragraphs = inspect.cleandoc(doc).split("\n\n")
    examples = [paragraph for paragraph in paragraphs if paragraph.startswith("zdd ")]
    rest = [" ".join(paragraph.split()) for paragraph in paragraphs if paragraph not in examples]
    return Lesson("\n\n".join(rest), "\n  ".join(examples))


def teach(app: typer.Typer) -> None:
    """All its verbs: each shows its examples last, where the eye is, remembers how it was called, and has its groups of
    options spread out."""
    for command in app.registered_commands:
        assert command.callback
        command.cls, command.callback = Verb, spread(command.callback)
        said = lesson(command.callback.__doc__ or "")
        command.help, command.epilog = said.text, EXAMPLE + said.example if said.example else None
    for group in app.registered_groups:
        if group.typer_instance:
            teach(group.typer_instance)

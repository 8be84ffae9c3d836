"""`--help` that teaches: each verb ends with an example, the paragraph of its docstring that begins with `zdd`."""

import inspect
from dataclasses import dataclass

import typer

from zdd.cli.groups import spread
from zdd.cli.typed import Verb

EXAMPLE = "\b\nExample:\n  "
LINE = 62  # characters of a summary, beside the verb's name on a terminal of 80
FIRST = """\b
Begin:
  zdd lab up                     # a fleet on this machine, to try it
  zdd init                       # or an inventory and a playbook of your own
  zdd doctor shop.yml -i inventories/production.yml -e version=1.1
  zdd deploy shop.yml -i inventories/production.yml -e version=1.1

\b
Each verb has an example of its own:
  zdd deploy --help
"""


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
        command.short_help = summary(said.text)
    for group in app.registered_groups:
        if group.typer_instance:
            group.short_help = summary(str(group.typer_instance.info.help))
            teach(group.typer_instance)


def summary(text: str) -> str:
    """What fits on a line of the first sentence, and means something by itself."""
    sentence = text.partition(". ")[0].partition("\n")[0].removesuffix(".")
    while len(sentence) > LINE:
        cut = max(sentence.rfind(mark) for mark in ",:;")
        if cut < 0:
            break
        sentence = sentence[:cut]
    return sentence

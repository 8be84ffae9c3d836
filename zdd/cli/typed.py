"""What was typed at this command. What is to be typed next says it again, so that it works when it is pasted."""

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from typer.core import TyperCommand

ALWAYS = ("ask_become_pass", "store")
WITH_A_PLAYBOOK = ("inventory", "extra", "limit", "user", "become")


class Verb(TyperCommand):
    """A verb that remembers how it was called, and whose usage is written as everybody writes it."""

    def invoke(self, ctx: Any) -> Any:
        """As Typer has it."""
        _at_work.set(Typed.of(ctx))
        return super().invoke(ctx)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """`PLAYBOOK`, where newer versions of Typer have `{PLAYBOOK}`, and `[FOLDER]` for what may be left out."""
        return [
            piece.replace("{", "").replace("}", "").replace("[[", "[").replace("]]", "]")
            for piece in super().collect_usage_pieces(ctx)
        ]


@dataclass(frozen=True, slots=True)
class Typed:
    """The words of one command. What the environment says is not among them: the next command hears it too."""

    names: Mapping[str, str] = field(default_factory=dict)  # what stands without a flag: playbook, run, fleet
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # parameter -> ("-i", "lab.yml")
    verbs: Any = None  # of all commands

    @classmethod
    def of(cls, ctx: Any) -> "Typed":
        said = [param for param in ctx.command.params if param.name and _was_typed(ctx, param.name)]
        options = [param for param in said if param.param_type_name == "option"]
        return cls(
            {param.name: str(ctx.params[param.name]) for param in said if param not in options},
            {param.name: tuple(_words(param.opts[0], ctx.params[param.name])) for param in options},
            ctx.find_root().command,
        )

    @property
    def playbook(self) -> str:
        return self.names.get("playbook", "")

    @property
    def run(self) -> str:
        return self.names.get("run", "")

    def again(self, command: str) -> str:
        """`zdd resume RUN` with all that was typed now and is needed then: the store, a password's question."""
        words = shlex.split(command)
        kept = (*(WITH_A_PLAYBOOK if set(words).intersection(self.names.values()) else ()), *ALWAYS)
        takes = self._parameters(words[1:])
        more = [_shown(word) for name in kept if name in takes for word in self.options.get(name, ())]
        return f"{command} {shlex.join(more)}" if more else command

    def _parameters(self, words: list[str]) -> set[str]:
        verb = self.verbs
        for word in words:
            verb = getattr(verb, "commands", {}).get(word, verb)
        return {param.name for param in verb.params} if verb else set()


@contextmanager
def command_typed() -> Iterator[None]:
    """For one command: nothing of another's is said again."""
    token = _at_work.set(Typed())
    try:
        yield
    finally:
        _at_work.reset(token)


def typed() -> Typed:
    """That of the command at work."""
    return _at_work.get(Typed())


def _was_typed(ctx: Any, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _words(flag: str, value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list | tuple) else [value]:
        yield from (flag,) if one is True else (flag, str(one))


def _shown(word: str) -> str:
    """A database's password is for nobody who reads a log or a message."""
    if "://" not in word:
        return word
    from zdd.journal.store import without_password

    return without_password(word)


_at_work: ContextVar[Typed] = ContextVar("typed")

"""How a command ends that could not do what it was asked."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from zdd.errors import ZddError

BUG = "Please report it with the lines below:"
UsageError = typer.BadParameter.__mro__[1]  # Typer shows its ancestors, but has no public name for them


def say(error: BaseException, veil: Callable[[str], str] = str) -> int:
    """Print what went wrong on stderr; the exit code it stands for. `veil` hides secrets, also in a traceback."""
    from zdd.cli.saying import say as say_it
    from zdd.errors import Unwritten

    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, Unwritten) and error.seen_enough:
        return error.exit_code
    text, code = ending(error)
    say_it(veil(text))
    return code


def ending(error: BaseException) -> tuple[str, int]:
    """What is said of it, and the exit code."""
    from zdd.errors import Interrupted, Unwritten, ZddError
    from zdd.report.exit_codes import meaning
    from zdd.report.explain import refused

    if isinstance(error, typer.Abort | KeyboardInterrupt):
        return "nothing was done (exit 130)", 130
    if isinstance(error, Interrupted):
        return f"stopped (exit {error.exit_code})", error.exit_code
    if isinstance(error, Unwritten):
        return f"{error} (exit {error.exit_code})", error.exit_code
    if isinstance(error, UsageError):
        return _misused(error), 2
    if isinstance(error, ZddError):
        return refused(error, code_of(error), then(error)), code_of(error)
    import traceback

    return f"{meaning(1)} (exit 1). {BUG}\n{''.join(traceback.format_exception(error))}", 1


def code_of(error: Exception) -> int:
    """Outside of a run, a machine that is not reached or says no is a finding like those of preflight."""
    from zdd.errors import Failed, Lost, Preflight

    return Preflight.exit_code if isinstance(error, Lost | Failed) else int(getattr(error, "exit_code", 1))


def then(error: "ZddError") -> list[str]:
    """What to type next, with what was typed now."""
    from zdd.cli.typed import typed
    from zdd.report.exit_codes import commands

    said = typed()
    return [said.again(command) for command in error.then or commands(code_of(error), said.run, said.playbook)]


def _misused(error: BaseException) -> str:
    """What is wrong with the command line, how the verb is used, and where to read more."""
    message, context = error.format_message(), error.ctx  # type: ignore[attr-defined]
    if message.startswith("Usage:"):  # nothing was asked for: the help itself
        return str(message)
    verb = context.command_path if context else "zdd"
    return "\n".join([f"{message} (exit 2)", *([context.get_usage()] if context else []), f"  next: {verb} --help"])

"""How a command ends that could not do what it was asked."""

import os
import sys

import click

BUG = "this is a bug in zdd; nothing more was done. Please report it with the lines below:"


def say(error: Exception) -> int:
    """Print what went wrong on stderr; the exit code it stands for."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.exceptions.Abort):
        return _line("nothing was done", 130)
    if isinstance(error, click.ClickException):
        error.show(file=sys.stderr)
        return 2
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read us has seen enough
        return 141
    return _of_zdd(error)


def _of_zdd(error: Exception) -> int:
    from zdd.errors import Lost, ZddError

    if isinstance(error, Lost):
        return _line(str(error), 4)
    if isinstance(error, ZddError):
        return _line(str(error), error.exit_code)
    import traceback

    return _line(f"{BUG}\n{''.join(traceback.format_exception(error))}", 1)


def _line(text: str, code: int) -> int:
    from zdd.cli.saying import say as say_it

    say_it(text)
    return code

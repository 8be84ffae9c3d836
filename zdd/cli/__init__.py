"""The command line: verbs, and the only code that prints or exits."""

import sys


def main() -> None:
    """Run a verb. Whatever zdd refuses is said in one place, with its exit code."""
    from zdd.cli.app import app
    from zdd.cli.ending import say

    try:
        code = app(standalone_mode=False)
    except Exception as error:
        code = say(error)
    sys.exit(code if isinstance(code, int) else 0)

"""The command line: verbs, and the only code that prints or exits."""

import sys


def main() -> None:
    """Run a verb. Whatever zdd refuses is said in one place, with its exit code."""
    from zdd.cli.app import app
    from zdd.cli.ending import say
    from zdd.cli.interrupts import heed_signals
    from zdd.cli.streams import use_streams
    from zdd.cli.typed import command_typed
    from zdd.cli.vaults import command_vault

    use_streams()
    with command_vault() as vault, command_typed():
        try:
            heed_signals()
            code = app(standalone_mode=False, prog_name="zdd")
        except (Exception, KeyboardInterrupt) as error:
            code = say(error, vault.veil)
    sys.exit(code if isinstance(code, int) else 0)

"""What only a person knows, asked for on a terminal and not shown."""

import sys
from collections.abc import Callable
from getpass import getpass

from zdd.errors import Usage


def hidden() -> Callable[[str], str] | None:
    """How to ask; None where nobody is here."""
    return _ask if sys.stdin.isatty() and sys.stderr.isatty() else None


def asked_password() -> str:
    """Of sudo on the machines. Raises `Usage` where nobody is here to ask."""
    ask = hidden()
    if ask is None:
        raise Usage("-K: nobody is here to ask for a password; let sudo do without one (NOPASSWD), and leave -K out")
    return ask("Password for sudo on the machines: ")


def _ask(question: str) -> str:
    return getpass(question, stream=sys.stderr)

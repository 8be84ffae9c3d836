"""Secrets of the command at work: one vault, from the first file that is read to the last word that is said."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from zdd.config.secrets import Vault
from zdd.journal.key import key

_at_work: ContextVar[Vault] = ContextVar("vault")


@contextmanager
def command_vault() -> Iterator[Vault]:
    """For one command: also what it dies of is veiled."""
    made = Vault(key)
    token = _at_work.set(made)
    try:
        yield made
    finally:
        _at_work.reset(token)


def vault() -> Vault:
    """That of the command at work."""
    return _at_work.get(None) or Vault(key)

"""What a verb has open: the store with its frozen files, and connections to machines."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from zdd.cli.asking import asked_password, hidden
from zdd.cli.vaults import vault
from zdd.config.secrets import Vault
from zdd.journal.store import Store
from zdd.transport.credentials import Credentials
from zdd.transport.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Desk:
    """Store, sessions, and the secrets of this command."""

    store: Store
    sessions: Sessions
    vault: Vault


@contextmanager
def opened(store: str, *, connections: int = 64, password: bool = False) -> Iterator[Desk]:
    """Everything is closed again, however the verb ends. `password`: a person is asked for the one for sudo first."""
    with closing(Store.open(store or None)) as opened:  # whoever cannot use it need not type a password first
        credentials = Credentials(hidden(), asked_password() if password else "")
        with closing(Sessions(limit=connections, credentials=credentials)) as sessions:
            yield Desk(opened, sessions, vault())

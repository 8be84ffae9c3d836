"""A session as Fabric's users know it: `c.run`, `c.put`, on the connection that zdd has opened and verified.

Fabric itself would accept any host key; so a connection that is gone is never opened again by it.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol, runtime_checkable

import paramiko

from zdd.errors import Failed, Finding, Lost, Preflight
from zdd.model import Endpoint
from zdd.transport import Session


@runtime_checkable
class Carried(Protocol):
    """A session that can lend its transport, and does not make room for others meanwhile."""

    def lent(self) -> AbstractContextManager[paramiko.Transport]: ...


@contextmanager
def connection(session: Session, endpoint: Endpoint) -> Iterator[Any]:
    """A `fabric.Connection`, as long as the block lasts. Raises `Preflight` where Fabric is not installed."""
    try:
        import fabric  # type: ignore[import-untyped]
    except ImportError as error:
        raise Preflight([missing()]) from error

    class Verified(fabric.Connection):  # type: ignore[misc]
        """Open already, and never opened by itself."""

        def open(self) -> None:
            if not self.is_connected:
                raise Lost(f"{endpoint.name}: the connection is gone")

    if not isinstance(session, Carried):
        raise Failed(f"{endpoint.name}: no connection for a function", cause="environment")
    overrides = {"run": {"hide": True, "in_stream": False}, "sudo": {"hide": True, "in_stream": False}}
    config = fabric.Config(lazy=True, ssh_config=paramiko.SSHConfig(), overrides=overrides)
    made = Verified(endpoint.address, user=endpoint.user or "root", port=endpoint.port, config=config)
    with session.lent() as transport:
        made.transport = made.client._transport = transport
        yield made


def missing() -> Finding:
    return Finding("controller", "has no Fabric, which the step `python` needs", "pip install 'zdd[python]'")

"""Services under supervisor, spoken to as XML-RPC on its unix socket by the host's own python3."""

from collections.abc import Mapping
from pathlib import Path

from zdd.steps.shell import quote, script
from zdd.transport import Command

PROGRAM = Path(__file__).with_name("supervisor_client.py")
DEFAULT_SOCKET = "/var/run/supervisor.sock"


class Supervisor:
    """Implements `ServiceManager`."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._socket = options.get("supervisor_socket") or DEFAULT_SOCKET

    def change(self, name: str, state: str) -> Command:
        return self._ask(state, name, changes=True)

    def status(self, name: str) -> Command:
        return self._ask("status", name)

    def quiesce(self, name: str) -> Command:
        return self._ask("quiesced", name, changes=True)

    def kill(self, name: str) -> Command:
        return self._ask("killed", name, changes=True)

    def processes(self, name: str) -> Command:
        return self._ask("processes", name)

    def stopping(self, name: str) -> Command:
        return self._ask("stopping", name)

    def log(self, name: str) -> Command:
        return self._ask("log", name)

    def _ask(self, word: str, name: str, *, changes: bool = False) -> Command:
        line = f"python3 -IS - {quote(self._socket)} {quote(name)} {quote(word)}"
        return Command(
            verb=f"service.{word}",
            script=script(line),
            args={"name": name, "state": word},
            stdin=PROGRAM.read_bytes(),
            changes=changes,
        )

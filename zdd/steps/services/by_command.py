"""Services that commands of the inventory start and stop. `{name}` in one stands for the service."""

from collections.abc import Mapping

from zdd.errors import Failed
from zdd.steps.shell import SAME, quote, script
from zdd.transport import Command

WORDS = {"started": "start", "stopped": "stop", "restarted": "restart", "reloaded": "reload"}


class ByCommand:
    """Implements `ServiceManager`."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._options = options

    def change(self, name: str, state: str) -> Command:
        line = self._change(name, state)
        args = {"name": name, "state": state}
        return Command(verb=f"service.{state}", script=script(line), args=args, changes=True, users_own=True)

    def _change(self, name: str, state: str) -> str:
        if state == "restarted" and not self._options.get("restart"):
            return f"{self._line('stop', name)}\n{self._line('start', name)}"
        line = self._line(WORDS[state], name)
        if state in ("started", "stopped"):
            runs = f"{self._line('status', name)} >/dev/null 2>&1"
            asked = runs if state == "started" else f"! {runs}"
            return f"if {asked}; then echo {SAME}; exit 0; fi\n{line}"
        return line

    def status(self, name: str) -> Command:
        line = f"if {self._line('status', name)} >/dev/null 2>&1; then echo running; else echo stopped; fi"
        return Command(verb="service.status", script=script(line), args={"name": name}, users_own=True)

    def quiesce(self, name: str) -> Command:
        """Its `stop` may take as long as it likes: it goes on without us. While it does, it is not begun again."""
        stop = f"flock -n {quote(f'/tmp/zdd-stop-{name}')} {self._line('stop', name)} </dev/null >/dev/null 2>&1 &"
        runs = f"{self._line('status', name)} >/dev/null 2>&1"
        line = f"if {runs}; then {stop} else echo {SAME}; fi"
        return Command(verb="service.quiesced", script=script(line), args={"name": name}, changes=True, users_own=True)

    def kill(self, name: str) -> Command:
        """There is no word for it: what its `stop` gives up, it gives up."""
        return Command(verb="service.killed", script=script(":"), args={"name": name}, changes=True)

    def processes(self, name: str) -> Command:
        """Which they are nobody knows; whether there are any, its `status` does."""
        line = f"if {self._line('status', name)} >/dev/null 2>&1; then echo unknown; fi"
        return Command(verb="service.processes", script=script(line), args={"name": name}, users_own=True)

    def stopping(self, name: str) -> Command:
        return Command(verb="service.stopping", script=script(":"), args={"name": name})

    def log(self, name: str) -> Command:
        line = self._line("log", name) if self._options.get("log") else ":"
        return Command(verb="service.log", script=script(line), args={"name": name}, users_own=True)

    def _line(self, word: str, name: str) -> str:
        if not self._options.get(word):
            raise Failed(f"the inventory does not say how to {word} {name}", cause="environment")
        return f"sh -c {quote(self._options[word].replace('{name}', quote(name)))}"

"""No change by a controller that was replaced (R18).

Each machine keeps the highest epoch it has seen, and compares it under `flock` in the very shell that makes the change.
"""

import shlex
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from zdd.errors import Failed, LeaseLost, Lost, ZddError
from zdd.model import Endpoint
from zdd.transport import Channel, Command, Result, Session
from zdd.transport.home import HOME

REFUSED, STUCK, UNREADABLE = 94, 95, 96
SAID = "zdd fence:"  # how the comparison begins what it says; nothing of the command has run then


class Fenced:
    """A session whose changes are refused once the fleet has another controller. Implements `Session`."""

    def __init__(self, session: Session, endpoint: Endpoint, fleet: str, epoch: int) -> None:
        self._session, self._fleet, self._epoch = session, fleet, epoch
        self._state = endpoint.state
        self._keeper = endpoint.become_user if endpoint.become else ""  # whose the folder is

    @property
    def name(self) -> str:
        return self._session.name

    def run(self, command: Command) -> Result:
        if not command.changes:
            return self._session.run(command)
        result = self._session.run(self.fenced(command))
        if result.err.startswith(SAID):  # a command of the user's own may exit with any number
            raise self._refusal(result)
        return result

    def _refusal(self, result: Result) -> ZddError:
        folder, said = f"{self._state}/{self._fleet}", result.err.removeprefix(SAID).strip()
        if result.exit == REFUSED:
            return LeaseLost(f"{self.name} has seen a higher epoch of {self._fleet} than {self._epoch}: {said}")
        if result.exit == STUCK:
            return Lost(f"{self.name}: another change of {self._fleet} has held {folder}/epoch.lock for too long")
        return Failed(f"{self.name}: {said} may not read {folder}/epoch", "environment")

    def fenced(self, command: Command) -> Command:
        """The same behind the comparison. It runs as whom it wants; the comparison as whoever keeps the folder."""
        inner = command.script
        if command.become != self._keeper:
            inner = as_user(command.become, command.script)
        script = guarded(self._state, self._fleet, self._epoch, inner)
        return replace(command, script=script, become=self._keeper, within="" if self._keeper else command.become)

    def upload(self, source: Path | bytes, target: str, *, sha256: str, mode: str = "0600", become: str = "") -> None:
        self.run(Command(verb="fence", script=":", changes=True))
        self._session.upload(source, target, sha256=sha256, mode=mode, become=become)

    def lent(self) -> AbstractContextManager[object]:
        """What a function of the user's speaks through; whoever lends it has asked the fence."""
        lent: AbstractContextManager[object] = self._session.lent()  # type: ignore[attr-defined]
        return lent

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        return self._session.dial(address, port, timeout)


def guarded(state: str, fleet: str, epoch: int, script: str) -> str:
    """The lock is held while the script runs, and not by daemons that it leaves behind."""
    where = shlex.quote(f"{state}/{fleet}")
    return f"""umask 007
{HOME}
home {shlex.quote(state)} {shlex.quote(fleet)}
exec 9>>{where}/epoch.lock
fence() {{ echo "{SAID} $2" >&2; exit "$1"; }}
flock -w 20 9 || fence {STUCK} waiting
if [ -e {where}/epoch ]; then {{ read -r seen < {where}/epoch; }} 2>/dev/null || fence {UNREADABLE} "$(id -un)"; fi
if [ "${{seen:-0}}" -gt {epoch} ]; then fence {REFUSED} "epoch $seen"; fi
if [ "${{seen:-0}}" -lt {epoch} ]; then
  echo {epoch} > {where}/epoch.new && mv -f {where}/epoch.new {where}/epoch || exit 73
fi
(
umask 022
{script}
) 9>&-
"""


def as_user(user: str, script: str) -> str:
    """Empty: back to who logged in, if the comparison runs as another."""
    who = shlex.quote(user) if user else '"${SUDO_USER:-$(id -un)}"'
    quoted = shlex.quote(script)
    return f"""if [ "$(id -un)" = {who} ]; then /bin/sh -c {quoted}
else ${{zdd_sudo:-sudo -n}} -u {who} -- /bin/sh -c {quoted}; fi"""

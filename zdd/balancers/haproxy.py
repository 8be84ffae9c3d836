"""HAProxy, by its runtime socket. A change is one line: its replies are checked, and the state is read back with it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from zdd.balancers import Member
from zdd.balancers.haproxy_findings import findings
from zdd.balancers.haproxy_reading import QUESTIONS, Reading, Server, read
from zdd.balancers.haproxy_roster import Roster
from zdd.balancers.haproxy_socket import RuntimeSocket
from zdd.errors import Failed, Finding, Lost
from zdd.model import Admin, BalancerSpec
from zdd.transport import Session

AbsolutePath = Annotated[str, Field(pattern=r"^/[\w./@+-]+$")]  # socat takes a colon or comma for its own


class HAProxyOptions(BaseModel):
    """What a playbook may write under `haproxy`, beside `hosts` and `serves`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    socket: AbsolutePath = "/run/haproxy/admin.sock"
    """its admin socket; the inventory's `haproxy_socket` wins"""
    backends: tuple[str, ...] = ()
    """in which the hosts are servers; without it every backend that knows the host"""
    become: bool = False
    """spoken to with `sudo -n`"""
    become_user: str = "root"
    """as whom"""
    state_file: AbsolutePath | None = None
    """kept in step with every change, so that a reload that nobody announced forgets nothing"""


class HAProxy:
    """Implements `zdd.balancers.Balancer`."""

    keys: ClassVar[type[BaseModel]] = HAProxyOptions

    def __init__(self, spec: BalancerSpec, session: Callable[[], Session], addresses: Mapping[str, str]) -> None:
        self._options = options = HAProxyOptions.model_validate(spec.options)
        self._name = spec.name
        self._roster = Roster(spec.serves, addresses, options.backends)
        self._socket = RuntimeSocket(
            name=spec.name,
            path=options.socket,
            session=session,
            become=options.become_user if options.become else "",
            state_file=options.state_file or "",
        )
        self._quiet: dict[str, set[int]] = {}
        self._coming: set[str] = set()  # enabled, and in the state file still as down
        self._last: Reading | None = None

    @property
    def name(self) -> str:
        return self._name

    def members(self) -> tuple[Member, ...]:
        reading = self._read()
        servers = self._roster.servers(reading)
        leaving = {host: len(reading.leaving - quiet) for host, quiet in self._quieted(reading, servers).items()}
        members = tuple(_member(host, server, reading, leaving[host]) for host, server in servers)
        self._save_arrivals(members)
        return members

    def drain(self, host: str) -> None:
        """Whoever drains has just read who serves. Only where all was in maint then, it is read once more."""
        known = [server for server in self._known(host) if server.admin != "maint"]
        self._set(host, "drain", known or [s for s in self._servers(host, self._read()) if s.admin != "maint"])

    def shut(self, host: str) -> None:
        """Also what is in maint for a reason of its own, such as a name that does not resolve: that may end. Which
        servers these are was read when it was drained; one that is new since then shows in what is read back."""
        self._set(host, "maint", self._known(host))
        self._set(host, "maint", [server for server in self._known(host) if server.admin != "maint"])

    def enable(self, host: str) -> None:
        reading = self._read()
        self._quiet.pop(host, None)
        closed = [s for s in self._servers(host, reading) if s.admin != "ready"]
        # Who tracks another comes after it: once that one is down, it is down too.
        self._set(host, "ready", sorted(closed, key=lambda server: not server.own_check))
        self._coming.update({host} if closed else ())

    def check(self, hosts: Sequence[str]) -> tuple[Finding, ...]:
        """What is in the way of taking these hosts out and back. Changes nothing."""
        try:
            return findings(self._name, self._read(), self._roster, hosts, saves=self._options.state_file is not None)
        except Lost as error:
            return (Finding(self._name, str(error)),)

    def _known(self, host: str) -> list[Server]:
        """As they were when anything was last read."""
        return self._servers(host, self._last or self._read())

    def _servers(self, host: str, reading: Reading) -> list[Server]:
        mine = [server for owner, server in self._roster.servers(reading) if owner == host]
        if not mine:
            raise Failed(f"{self._name} does not know {host}", "environment")
        return mine

    def _set(self, host: str, admin: Admin, servers: Sequence[Server]) -> None:
        if not servers:
            return
        reading = self._read(*(line for server in servers for line in _change(server, admin)))
        reached = ("drain", "maint") if admin == "drain" else (admin,)
        now = {server.id: server for server in self._servers(host, reading)}
        for server in servers:
            found = now.get(server.id)
            if found is None or found.admin not in reached:
                state = f"{found.admin} ({found.status})" if found else "gone"
                raise Failed(f"{self._name} was told to set {server.id} to {admin}, and it is {state}", "environment")

    def _read(self, *changes: str) -> Reading:
        answers, leaving = self._socket.ask(*changes, *QUESTIONS, changes=bool(changes))
        said = [f"{line}: {reply}" for line, reply in zip(changes, answers, strict=False) if reply.strip()]
        if said:
            raise Failed(f"{self._name} refused to {said[0]}", "environment", "\n".join(said))
        self._last = read(answers[len(changes) :], leaving)
        return self._last

    def _quieted(self, reading: Reading, servers: Sequence[tuple[str, Server]]) -> dict[str, set[int]]:
        """Host -> the processes in which it was last shut, with nothing in flight: one that a reload leaves behind is
        never told anything again, so it stays so there."""
        busy = {host for host, server in servers if server.admin != "maint" or server.sessions or server.queued}
        for host in {host for host, _ in servers}:
            quiet = self._quiet.setdefault(host, set())
            quiet.discard(reading.pid) if host in busy else quiet.add(reading.pid)
        return self._quiet

    def _save_arrivals(self, members: Sequence[Member]) -> None:
        """The state file knows a host that came back as down. Left so, the next reload would begin without it."""
        down = {member.host for member in members if not member.up}
        arrived = self._coming - down
        if arrived:
            self._socket.save()
            self._coming -= arrived


def _change(server: Server, admin: Admin) -> tuple[str, ...]:
    """The lines that set a server.

    HAProxy takes a server that leaves maint for up until a check fails, so it is made down first: its checks must pass
    then. It is made down in drain: in the instant between two lines it gets no new clients there, and in ready it does.

    An agent that says `ready` ends maint too. So it is not asked while the server is out.
    """
    back = ("state drain", "health down", "state ready")
    states = back if admin == "ready" and server.own_check else (f"state {admin}",)
    lines = tuple(f"set server {server.id} {state}" for state in states)
    if admin == "ready":
        return (*lines, f"enable agent {server.id}") if server.mute else lines
    return (f"disable agent {server.id}", *lines) if server.agent else lines


def _member(host: str, server: Server, reading: Reading, leaving: int) -> Member:
    up = server.admin == "ready" and reading.up(server)
    return Member(
        host=host,
        backend=server.id,
        admin=server.admin,
        up=up,
        partly=server.takes and not up,
        sessions=server.sessions,
        queued=server.queued,
        leaving=leaving,
        persistent=server.sticky,
        checked=reading.checked(server),
        status=server.status,
    )

"""What preflight finds in an HAProxy that answers. Its socket cannot tell whether a backend has `option redispatch`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from zdd.balancers.haproxy_reading import Reading
from zdd.balancers.haproxy_roster import Roster
from zdd.errors import Finding


def findings(where: str, reading: Reading, roster: Roster, hosts: Sequence[str], *, saves: bool) -> tuple[Finding, ...]:
    """All of them. `saves`: the playbook names a state file."""
    if reading.processes > 1:
        what = f"HAProxy runs {reading.processes} processes, and a socket reaches only one of them"
        return (Finding(where, what, "use nbthread instead of nbproc"),)
    return (
        *_process(where, reading, saves=saves),
        *_backends(where, reading, roster),
        *(finding for host in hosts for finding in _host(where, reading, roster, host)),
    )


def _process(where: str, reading: Reading, *, saves: bool) -> Iterator[Finding]:
    if reading.level != "admin":
        what = f"the socket allows only what the level {reading.level or 'unknown'} may do"
        yield Finding(where, what, "write `level admin` at its `stats socket`")
    if not saves:
        what = "a reload forgets which hosts are out: one that nobody announced may cost requests"
        yield Finding(where, what, "load a server-state-file and name it as `state_file`", warning=True)


def _backends(where: str, reading: Reading, roster: Roster) -> Iterator[Finding]:
    known = {server.backend for server in reading.servers.values()}
    for backend in sorted(roster.backends - known):
        yield Finding(where, f"has no backend {backend} with servers", _nearest(backend, known))


def _host(where: str, reading: Reading, roster: Roster, host: str) -> Iterator[Finding]:
    everywhere = [server for owner, server in roster.everywhere(reading) if owner == host]
    mine = [server for server in everywhere if roster.covers(server.backend)]
    if not mine:
        remedy = _nearest(host, roster.strangers(reading)) or "name its server after it, or check `ansible_host`"
        yield Finding(where, f"does not know {host}, neither by name nor by address", remedy)
    for server in everywhere:
        if server not in mine:
            what = f"{host} is also {server.id}, which `backends` leaves out: its traffic goes on while the host is out"
            yield Finding(where, what, f"add {server.backend} to `backends`", warning=True)
    for backend, times in Counter(server.backend for server in mine).items():
        if times > 1:
            what = f"{host} is {times} servers of {backend}, which are taken out together"
            yield Finding(where, what, warning=True)
    for server in mine:
        if not reading.checked(server):
            what = f"{server.id} has no check: this balancer never notices that {host} is dead"
            yield Finding(where, what, "write `check` at the server", warning=True)
        if server.mute and server.admin == "ready":
            what = f"the agent of {server.id} is disabled: {host} comes back with its agent enabled"
            yield Finding(where, what, warning=True)


def _nearest(name: str, names: set[str]) -> str:
    near = get_close_matches(name, sorted(names), n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else ""

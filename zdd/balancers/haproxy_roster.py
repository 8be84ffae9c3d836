"""Which of HAProxy's servers is which host: by the server's name, or else by its address where only one host has it."""

import ipaddress
from collections import Counter
from collections.abc import Iterable, Mapping

from zdd.balancers.haproxy_reading import Reading, Server


class Roster:
    """The hosts that one HAProxy serves, as zdd knows them."""

    def __init__(self, hosts: Iterable[str], addresses: Mapping[str, str], backends: Iterable[str] = ()) -> None:
        self.hosts, self.backends = tuple(hosts), frozenset(backends)
        known = {host: _plain(address) for host, address in addresses.items()}
        times = Counter(known.values())
        self._names = frozenset((*self.hosts, *known))
        self._by_address = {address: host for host, address in known.items() if times[address] == 1}

    def servers(self, reading: Reading) -> list[tuple[str, Server]]:
        """Each server that is a host of ours, with the host, in the backends that were asked for."""
        return [(host, server) for host, server in self.everywhere(reading) if self.covers(server.backend)]

    def everywhere(self, reading: Reading) -> list[tuple[str, Server]]:
        """Also in the backends that the playbook leaves out."""
        owned = ((self._owner(server), server) for server in reading.servers.values())
        return [(host, server) for host, server in owned if host in self.hosts]

    def strangers(self, reading: Reading) -> set[str]:
        """Names of servers that are nobody we know."""
        return {s.name for s in reading.servers.values() if self.covers(s.backend) and not self._owner(s)}

    def covers(self, backend: str) -> bool:
        return not self.backends or backend in self.backends

    def _owner(self, server: Server) -> str:
        if server.name in self._names:
            return server.name
        owners = (self._by_address.get(_plain(address)) for address in server.addresses)
        return next(filter(None, owners), "")


def _plain(address: str) -> str:
    """One spelling for one address, also of IPv6; names as DNS compares them."""
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return address.lower().rstrip(".")

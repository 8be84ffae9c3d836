"""Connections to a port of the host, counted where the kernel counts them.

For what no balancer counts: tunnels, websockets, clients that come past the balancers. It is read after the host was
shut, when HAProxy has given up the idle connections that it keeps.
"""

import ipaddress
from collections.abc import Iterable
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from zdd.errors import Finding
from zdd.model import ProbeSpec
from zdd.probes import Host
from zdd.transport import Command

ESTABLISHED, LISTENS = "01", "0A"
WILDCARDS = frozenset({"0" * 8, "0" * 32})

# The kernel writes addresses and ports as hex: one line for each local address, with how many there are.
COUNT = r"""
[ -r /proc/net/tcp ] || exit 66
for table in /proc/net/tcp /proc/net/tcp6; do
  if [ -e "$table" ]; then cat "$table" || exit 66; fi
done | sed -n 's/^ *[0-9]*: \([0-9A-F]*\):{port:04X} [0-9A-F]*:[0-9A-F]* \(01\|0A\) .*/\2 \1/p' | sort | uniq -c
"""


def _ip(written: str) -> str:
    return str(ipaddress.ip_address(written))


class ConnectionsKeys(BaseModel):
    """What a playbook may write under `connections`. Default `address`: every one of the machine; but where the host is
    a loopback address, others are on the same machine, and only this one is its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    port: int = Field(ge=1, le=65535)
    """connections to it are counted"""
    address: Annotated[str, AfterValidator(_ip)] | None = None
    """only those to this address of the host"""


class Connections:
    """Implements `zdd.probes.Probe`. There is nothing to quiesce: the balancers do that."""

    keys: ClassVar[type[BaseModel]] = ConnectionsKeys
    spacing: ClassVar[float] = 0.1
    unit: ClassVar[str] = "connection"

    def __init__(self, spec: ProbeSpec, host: Host) -> None:
        keys = ConnectionsKeys.model_validate(spec.options)
        self._port, self._host = keys.port, host
        self._own = _spellings(keys.address or _loopback(host.address))

    def quiesce(self) -> None:
        """Shut in all balancers, the host gets no new ones."""

    def resume(self) -> None:
        """Nothing was stopped."""

    def busy(self) -> int | None:
        return self._count(ESTABLISHED, self._own)

    def check(self) -> Iterable[Finding]:
        """Where nothing listens there is nothing to count, and a wrong port would never be noticed."""
        if self._count(LISTENS, self._own | WILDCARDS if self._own else self._own) == 0:
            what = f"nothing listens on port {self._port}, whose connections are to be counted"
            yield Finding(self._host.name, what, "correct `connections.port`, or start what listens", warning=True)

    def _count(self, state: str, addresses: frozenset[str]) -> int | None:
        """At these local addresses; none: at any."""
        script = COUNT.replace("{port:04X}", f"{self._port:04X}")
        command = Command(verb="connections", script=script, args={"port": self._port}).by(self._host.user)
        result = self._host.session().run(command)
        if not result.ok:
            return None
        rows = [line.split() for line in result.out.splitlines()]
        return sum(int(n) for n, now, at in rows if now == state and (not addresses or at in addresses))


def _loopback(address: str) -> str:
    try:
        return address if ipaddress.ip_address(address).is_loopback else ""
    except ValueError:
        return ""  # a name


def _spellings(address: str) -> frozenset[str]:
    """How the kernel may write it: an IPv4 address also as IPv6, for a socket that takes both."""
    if not address:
        return frozenset()
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        return frozenset({_hex(ip.packed)})
    return frozenset({_hex(ip.packed), _hex(ipaddress.IPv6Address(f"::ffff:{ip}").packed)})


def _hex(packed: bytes) -> str:
    """Each 32 bits as a number of the machine, which nearly everywhere has its bytes the other way round."""
    return "".join(packed[n : n + 4][::-1].hex().upper() for n in range(0, len(packed), 4))

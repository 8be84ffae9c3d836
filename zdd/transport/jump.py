"""The machines on the way to another one: `ProxyJump user@first:port,second`."""

from zdd.errors import Unreachable
from zdd.model import Endpoint
from zdd.transport.openssh import Resolved


def hop(endpoint: Endpoint, at: Resolved) -> Endpoint | None:
    """The last machine before this one, which the others lead to; None where it is reached at once.

    As for ssh, the first of them is reached as its own configuration says, and a jump over oneself is none. Whoever
    vouches for the machine vouches for them too.
    """
    if not at.jump:
        return None
    *before, last = at.jump
    user, address, port = _split(endpoint, last)
    if not before and (address, port or 22) == (at.address, at.port):
        return None
    name = f"jump {','.join(at.jump)}"
    return Endpoint(
        name=name,
        address=address,
        port=port,
        user=user,
        jump=",".join(before),
        known_hosts=endpoint.known_hosts,
    )


def _split(endpoint: Endpoint, written: str) -> tuple[str, str, int]:
    """`ssh://` may stand before it, an IPv6 address with a port is in brackets."""
    user, _, rest = written.removeprefix("ssh://").rpartition("@")
    if rest.startswith("["):
        address, _, port = rest[1:].partition("]")
        port = port.removeprefix(":")
    else:
        address, _, port = rest.partition(":") if rest.count(":") == 1 else (rest, "", "")
    if not address or (port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536)):
        raise Unreachable(f"{endpoint.name}: can't jump over {written!r}")
    return user, address, int(port or 0)

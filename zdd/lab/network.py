"""A network of its own for each lab, so that two of them never meet."""

import hashlib
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from zdd.lab.lab import Unfit
from zdd.lab.listeners import holder_everywhere

CLAIM_PORT = 20023
NETWORKS = 128 * 254
TRIES = 50

Listens = Callable[[str], Iterable[tuple[str, int]]]


def claim(folder: Path, listens: Listens) -> tuple[str, socket.socket]:
    """A network where all that the lab listens on is free, and the socket that claims it while it is open."""
    for network in candidates(folder):
        claimed = _exclusive(f"{network}.254", CLAIM_PORT)
        if claimed is None:
            continue
        taken = [port for address, port in listens(network) if not free(address, port)]
        if not taken:
            return network, claimed
        claimed.close()
        _refuse_where_no_network_helps(taken)
    raise Unfit(f"{TRIES} networks of 127/8 were tried for the lab, and something listens on each")


def candidates(folder: Path) -> Iterator[str]:
    """The lab's own network first: the same one each time, if it can be had."""
    first = int.from_bytes(hashlib.sha256(bytes(folder)).digest()[:4])
    for offset in range(TRIES):
        number = (first + offset) % NETWORKS
        yield f"127.{64 + number // 254}.{1 + number % 254}"


def free(address: str, port: int) -> bool:
    """Nobody listens there. Connections of yesterday that linger in TIME_WAIT do not count."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((address, port))
        except OSError:
            return False
    return True


def _exclusive(address: str, port: int) -> socket.socket | None:
    """Without SO_REUSEADDR and SO_REUSEPORT, so that a second claim fails."""
    listener = socket.socket()
    try:
        listener.bind((address, port))
        listener.listen(1)
    except OSError:
        listener.close()
        return None
    return listener


def _refuse_where_no_network_helps(ports: Iterable[int]) -> None:
    for port in ports:
        if holder := holder_everywhere(port):
            raise Unfit(f"{holder} listens on port {port} of all addresses, which the lab needs; stop it and try again")

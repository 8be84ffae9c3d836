"""One file to one host, verified and on the disk. Run as `upload_by zdd|bare INVENTORY FILE TARGET`."""

import shlex
import sys
from hashlib import sha256
from pathlib import Path

from benchmarks.bare import Bare
from benchmarks.contest import measure
from zdd.config import inventory
from zdd.config.inventory import Inventory
from zdd.transport.sessions import Sessions

BLOCK = 1 << 15


def zdd(fleet: Inventory, file: Path, target: str, digest: str) -> None:
    sessions = Sessions()
    sessions.open(fleet.endpoint("host1")).upload(file, target, sha256=digest)
    sessions.close()


def bare(fleet: Inventory, file: Path, target: str, digest: str) -> None:
    """`tee FILE | sha256sum` and fsync over one exec channel."""
    session, quoted = Bare(fleet.variables("host1")), shlex.quote(target)
    channel = session.transport.open_session(window_size=1 << 24)
    channel.exec_command(f"tee {quoted} | sha256sum && sync {quoted}")
    with file.open("rb") as source:
        while block := source.read(BLOCK):
            channel.sendall(block)
    channel.shutdown_write()
    said = channel.makefile("rb").read().decode()
    assert channel.recv_exit_status() == 0 and said.split()[0] == digest
    session.close()


if __name__ == "__main__":
    way, source = {"zdd": zdd, "bare": bare}[sys.argv[1]], Path(sys.argv[3])
    fleet, digest = inventory.read([Path(sys.argv[2])]), sha256(source.read_bytes()).hexdigest()
    Path(sys.argv[4]).unlink(missing_ok=True)
    measure(lambda: way(fleet, source, sys.argv[4], digest))

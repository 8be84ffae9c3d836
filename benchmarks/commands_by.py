"""Commands on many hosts in one process. Run as `commands_by zdd|bare INVENTORY AT_ONCE COMMANDS`."""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.bare import Bare
from benchmarks.contest import measure
from zdd.config import inventory
from zdd.config.inventory import Inventory
from zdd.transport import Command
from zdd.transport.sessions import Sessions

LINE = "uname -n"


def zdd(fleet: Inventory, at_once: int, commands: int) -> None:
    """Each host in turn by one of so many threads, all by the session class that deploys use."""
    sessions = Sessions(limit=at_once)

    def visit(host: str) -> None:
        session = sessions.open(fleet.endpoint(host))
        for _ in range(commands):
            assert session.run(Command(verb="uname", script=LINE)).ok

    in_threads(visit, fleet, at_once)
    sessions.close()


def bare(fleet: Inventory, at_once: int, commands: int) -> None:
    def visit(host: str) -> None:
        session = Bare(fleet.variables(host))
        for _ in range(commands):
            session.run(LINE)
        session.close()

    in_threads(visit, fleet, at_once)


def in_threads(visit: Callable[[str], None], fleet: Inventory, at_once: int) -> None:
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(visit, fleet.hosts))


if __name__ == "__main__":
    way = {"zdd": zdd, "bare": bare}[sys.argv[1]]
    fleet = inventory.read([Path(sys.argv[2])])
    fleet.variables(fleet.hosts[0])
    measure(lambda: way(fleet, int(sys.argv[3]), int(sys.argv[4])))

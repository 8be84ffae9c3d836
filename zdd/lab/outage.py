"""How long each host was out of service, as the balancers themselves say while it happens."""

import contextlib
import csv
import threading
import time
from collections.abc import Iterator

from zdd.lab import call
from zdd.lab.lab import Lab

INTERVAL = 0.05
BACKEND_SERVERS = "show stat shop 4 -1"


def out_of_service(statistics: str) -> set[str]:
    """From the text of `show stat`: servers that get no new request. One on its way down ("UP 1/2") still gets them."""
    rows = csv.DictReader(statistics.removeprefix("# ").strip().splitlines())
    return {row["svname"] for row in rows if row["status"].split()[0] not in ("UP", "no")}


@contextlib.contextmanager
def watched(lab: Lab) -> Iterator[dict[str, float]]:
    """Seconds by host, growing until the end of the block."""
    seconds = dict.fromkeys((host.name for host in lab.web), 0.0)
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(lab, seconds, over), daemon=True)
    watcher.start()
    try:
        yield seconds
    finally:
        over.set()
        watcher.join()


def _watch(lab: Lab, seconds: dict[str, float], over: threading.Event) -> None:
    last = time.monotonic()
    while not over.wait(INTERVAL):
        out = set().union(*(out_of_service(call.haproxy(balancer, BACKEND_SERVERS)) for balancer in lab.balancers))
        now = time.monotonic()
        for host in out:
            seconds[host] += now - last
        last = now

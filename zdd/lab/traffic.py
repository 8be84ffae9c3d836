"""Steady traffic from an independent client: a process of its own that knows nothing of zdd and never tries again.

Run as `python -m zdd.lab.traffic FILE URL…`; one JSON line a request. SIGTERM lets what is in flight finish.
"""

import argparse
import contextlib
import itertools
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zdd.lab.lab import Lab
from zdd.lab.request import PLAIN, WHOLE, Answer, Kind, Request, nth
from zdd.lab.tally import Summary, read, summary
from zdd.lab.user import PATIENCE, User

RATE = 60.0  # requests a second, and what they bring with them
LONGEST = 300.0  # seconds, whoever forgets to stop it
USERS = 49  # no multiple of what the mix repeats after: each of them comes by every kind, on kept and new connections


@dataclass(frozen=True, slots=True)
class Traffic:
    """A client that runs."""

    process: subprocess.Popen[bytes]
    record: Path

    def answers(self) -> list[Answer]:
        return read(self.record)

    def summary(self, since: float = 0.0, until: float = float("inf")) -> Summary:
        """`since` and `until` span the roll; without them, all of it."""
        return summary(self.answers(), since, until)

    def stop(self) -> None:
        """What is in flight finishes, so that nothing is called failed that was not."""
        self.process.terminate()
        self.process.wait(PATIENCE + 5.0)


@contextlib.contextmanager
def traffic(
    lab: Lab, record: Path, *, rate: float = RATE, seconds: float = LONGEST, assets: bool = False
) -> Iterator[Traffic]:
    """Flows through all balancers until the end of the block; with sessions where the lab has a Redis."""
    words = ["-m", "zdd.lab.traffic", str(record), *lab.urls, f"--rate={rate}", f"--seconds={seconds}"]
    words += ["--sessions"] * bool(lab.redis) + ["--assets"] * assets
    record.write_bytes(b"")
    client = ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, *words]
    with subprocess.Popen(client, stdin=subprocess.DEVNULL) as process:
        flowing = Traffic(process, record)
        try:
            yield flowing
        finally:
            flowing.stop()


class Source:
    """Hands out requests, each at its moment, to as many users as ask."""

    def __init__(self, rate: float, seconds: float, kinds: tuple[Kind, ...], over: threading.Event) -> None:
        self.rate, self.seconds, self.kinds, self.over = rate, seconds, kinds, over
        self.begun, self.numbers = time.monotonic(), itertools.count()

    def requests(self) -> Iterator[Request]:
        while not self.over.is_set():
            number = next(self.numbers)
            due = number / self.rate
            if due > self.seconds or self.over.wait(max(0.0, self.begun + due - time.monotonic())):
                return
            yield nth(number, self.kinds)


def flow(urls: Sequence[str], record: Path, source: Source, *, assets: bool) -> None:
    """Returns when the source is dry and the last answer is written."""
    writing = threading.Lock()
    with record.open("a", buffering=1) as lines:

        def use(number: int) -> None:
            user = User(f"user{number}", [*urls[number % len(urls) :], *urls[: number % len(urls)]], assets=assets)
            for request in source.requests():
                for answer in user.does(request):
                    with writing:
                        lines.write(answer.line())
            user.leave()

        users = [threading.Thread(target=use, args=(number,)) for number in range(USERS)]
        for user in users:
            user.start()
        for user in users:
            user.join()


def main() -> None:
    words = argparse.ArgumentParser(prog="zdd.lab.traffic")
    words.add_argument("record", type=Path)
    words.add_argument("urls", nargs="+")
    words.add_argument("--rate", type=float, default=RATE)
    words.add_argument("--seconds", type=float, default=LONGEST)
    words.add_argument("--sessions", action="store_true", help="users log in, and look at their accounts and carts")
    words.add_argument("--assets", action="store_true", help="users fetch what a page names")
    given = words.parse_args()
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    kinds = WHOLE if given.sessions else PLAIN
    flow(given.urls, given.record, Source(given.rate, given.seconds, kinds, over), assets=given.assets)


if __name__ == "__main__":
    main()

"""Steady traffic from an independent client: a process of its own that knows nothing of zdd and never tries again.

Run as `python -m zdd.lab.traffic URL FILE`; one JSON line a request. SIGTERM lets what is in flight finish.
"""

import argparse
import contextlib
import http.client
import itertools
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from zdd.lab.request import Answer, Request, fault, nth
from zdd.lab.tally import Summary, read, summary

RATE = 60.0  # requests a second
LONGEST = 300.0  # seconds, whoever forgets to stop it
CLIENTS = 48
PATIENCE = 10.0


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
def traffic(url: str, record: Path, *, rate: float = RATE, seconds: float = LONGEST) -> Iterator[Traffic]:
    """Flows until the end of the block."""
    client = [sys.executable, "-m", "zdd.lab.traffic", url, str(record), f"--rate={rate}", f"--seconds={seconds}"]
    record.write_bytes(b"")
    with subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "--", *client], stdin=subprocess.DEVNULL) as process:
        flowing = Traffic(process, record)
        try:
            yield flowing
        finally:
            flowing.stop()


class Source:
    """Hands out requests, each at its moment, to as many clients as ask."""

    def __init__(self, rate: float, seconds: float, over: threading.Event) -> None:
        self.rate, self.seconds, self.over = rate, seconds, over
        self.begun, self.numbers = time.monotonic(), itertools.count()

    def requests(self) -> Iterator[Request]:
        while not self.over.is_set():
            number = next(self.numbers)
            due = number / self.rate
            if due > self.seconds or self.over.wait(max(0.0, self.begun + due - time.monotonic())):
                return
            yield nth(number)


class Client:
    """One user: asks on the connection that it has, or on a new one."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.connection = self._new()

    def ask(self, request: Request) -> Answer:
        connection = self.connection if request.kept else self._new()
        kept = connection.sock is not None
        at, begun = time.time(), time.monotonic()
        status, body, error = 0, b"", ""
        try:
            connection.request(request.method, request.path, body=request.body or None)
            response = connection.getresponse()
            status, body = response.status, response.read()
            error = fault(request, status, body)
        except (OSError, http.client.HTTPException) as broken:
            error = type(broken).__name__
            connection.close()
        took = time.monotonic() - begun
        if not request.kept:
            connection.close()
        said = json.loads(body) if not error else {}
        return Answer(
            number=request.number,
            at=at,
            took=took,
            asked=request.asked,
            method=request.method,
            kept=kept,
            status=status,
            version=said.get("version", ""),
            host=said.get("host", ""),
            error=error,
        )

    def _new(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)


def flow(url: str, record: Path, source: Source) -> None:
    """Returns when the source is dry and the last answer is written."""
    where, writing = urlsplit(url), threading.Lock()
    with record.open("a", buffering=1) as lines:

        def use() -> None:
            client = Client(where.hostname or "", where.port or 80)
            for request in source.requests():
                answer = client.ask(request)
                with writing:
                    lines.write(answer.line())
            client.connection.close()

        clients = [threading.Thread(target=use) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()


def main() -> None:
    words = argparse.ArgumentParser(prog="zdd.lab.traffic")
    words.add_argument("url")
    words.add_argument("record", type=Path)
    words.add_argument("--rate", type=float, default=RATE)
    words.add_argument("--seconds", type=float, default=LONGEST)
    given = words.parse_args()
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    flow(given.url, given.record, Source(given.rate, given.seconds, over))


if __name__ == "__main__":
    main()

"""A steady stream of background jobs from an independent client, and what became of them by their own word.

Run as `python -m zdd.lab.jobs REDIS_URL FOLDER`. The client makes the ids and writes each down once the queue has it;
SIGTERM ends it. Jobs write their rows themselves, so that nobody's registry is believed.
"""

import argparse
import contextlib
import itertools
import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

RATE = 5.5  # jobs a second
SECONDS = (3.0, 0.2, 0.0, 1.0, 0.5, 0.1, 2.0, 0.05, 0.4, 0.75)  # how long they last, in turn
LONGEST = 1800.0  # seconds, whoever forgets to stop it
MOST = 1000  # that wait
PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One start of a job."""

    id: str
    host: str
    begun: float
    ended: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What became of the jobs that the queue was given."""

    enqueued: int
    lost: tuple[str, ...]  # never ended
    twice: tuple[str, ...]  # begun more than once


@dataclass(frozen=True, slots=True)
class Jobs:
    """A client that runs, or has run."""

    folder: Path
    longest: float = max(SECONDS)  # how long a job lasts at most

    @property
    def enqueued(self) -> Path:
        return self.folder / "enqueued"

    @property
    def rows(self) -> Path:
        return self.folder / "rows"

    def ids(self) -> list[str]:
        return [line.strip() for line in lines(self.enqueued)]

    def spans(self) -> list[Span]:
        return spans(lines(self.rows))

    def count(self) -> Count:
        return count(self.ids(), self.spans())

    def unfinished(self) -> int:
        return len(self.count().lost)

    def settled(self) -> Count:
        """When all have ended, or when for so long nothing has moved that those that have not are lost."""
        left, since = self.unfinished(), time.monotonic()
        deadline = since + PATIENCE
        while left and time.monotonic() < min(deadline, since + self.longest + 2.0):
            time.sleep(0.2)
            if (now := self.unfinished()) != left:
                left, since = now, time.monotonic()
        return self.count()


def lines(path: Path) -> list[str]:
    """A last one that is still being written is left out."""
    return [line for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]


def spans(rows: Sequence[str]) -> list[Span]:
    """In the order in which they began."""
    open_: dict[tuple[str, str], Span] = {}
    closed: list[Span] = []
    for row in map(json.loads, rows):
        key = row["id"], row["host"]
        if row["what"] == "start":
            closed += [open_.pop(key)] if key in open_ else []
            open_[key] = Span(id=row["id"], host=row["host"], begun=row["at"])
        elif begun := open_.pop(key, None):
            closed.append(Span(id=begun.id, host=begun.host, begun=begun.begun, ended=row["at"]))
    return sorted([*closed, *open_.values()], key=lambda span: span.begun)


def count(ids: Sequence[str], spans: Sequence[Span]) -> Count:
    ended = {span.id for span in spans if span.ended is not None}
    starts = Counter(span.id for span in spans)
    return Count(
        enqueued=len(ids),
        lost=tuple(id for id in ids if id not in ended),
        twice=tuple(id for id, times in starts.items() if times > 1),
    )


@contextlib.contextmanager
def jobs(
    url: str, folder: Path, *, rate: float = RATE, seconds: Sequence[float] = SECONDS, most: int = MOST
) -> Iterator[Jobs]:
    """They come to the Redis at `url` until the end of the block, and last `seconds` in turn. None comes while `most`
    are waiting."""
    stream = Jobs(folder, max(seconds))
    folder.mkdir(parents=True, exist_ok=True)
    for path in (stream.enqueued, stream.rows):
        path.write_bytes(b"")
    words = [
        sys.executable,
        "-m",
        "zdd.lab.jobs",
        url,
        str(folder),
        f"--rate={rate}",
        f"--most={most}",
        "--seconds",
    ]
    words += map(str, seconds)
    with subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "--", *words], stdin=subprocess.DEVNULL) as process:
        try:
            yield stream
        finally:
            process.terminate()
            process.wait(10.0)


def enqueue(url: str, stream: Jobs, seconds: Sequence[float], rate: float, most: int, over: threading.Event) -> None:
    from redis import Redis
    from rq import Queue

    queue, begun = Queue("shop", connection=Redis.from_url(url)), time.monotonic()
    with stream.enqueued.open("a", buffering=1) as ids:
        for number in itertools.count():
            due = number / rate
            if due > LONGEST or over.wait(max(0.0, begun + due - time.monotonic())):
                return
            while queue.count >= most:
                if over.wait(0.1):
                    return
            id = f"{stream.folder.name}-{number}"
            queue.enqueue("jobs.work", id, seconds[number % len(seconds)], str(stream.rows), job_id=id)
            ids.write(f"{id}\n")


def main() -> None:
    words = argparse.ArgumentParser(prog="zdd.lab.jobs")
    words.add_argument("url")
    words.add_argument("folder", type=Path)
    words.add_argument("--rate", type=float, default=RATE)
    words.add_argument("--most", type=int, default=MOST, help="none comes while so many wait")
    words.add_argument("--seconds", type=float, nargs="+", default=SECONDS, help="how long they last, in turn")
    given = words.parse_args()
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    enqueue(given.url, Jobs(given.folder), given.seconds, given.rate, given.most, over)


if __name__ == "__main__":
    main()

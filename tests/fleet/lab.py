"""A real lab for a test, and traffic on it. It dies with the test process."""

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import zdd.lab
from zdd.lab import Lab
from zdd.lab import traffic as client
from zdd.lab.traffic import Traffic


@contextlib.contextmanager
def lab_in(folder: Path, hosts: int = 2, *, balancers: int = 1, workers: bool = False) -> Iterator[Lab]:
    lab = zdd.lab.up(folder / ".lab", hosts=hosts, balancers=balancers, workers=workers, die_with_parent=True)
    try:
        yield lab
    finally:
        zdd.lab.down(lab.folder)


def traffic(lab: Lab, rate: float = 60.0, *, assets: bool = False) -> AbstractContextManager[Traffic]:
    """`with traffic(lab) as flowing: …`, and then `flowing.summary(since, until)`."""
    return client.traffic(lab, lab.folder / "traffic.jsonl", rate=rate, seconds=100.0, assets=assets)


def eventually(truth: Callable[[], object], seconds: float = 10.0) -> None:
    """Look until it is so."""
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)

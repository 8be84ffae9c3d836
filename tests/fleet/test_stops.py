"""Warm stops under load, many of them: what the shop's worker takes it does, and what a stock one drops is named.

ZDD_STOPS says how many of each; `scripts/stops` does 200.
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path

import pytest

from tests.fleet.lab import eventually, lab_in
from tests.unit.steps.fakes import FakeSite, site, task
from zdd.clock import SystemClock
from zdd.config import inventory
from zdd.lab import Lab, control, releases
from zdd.lab.jobs import Count, Jobs, Span, jobs, lines, spans
from zdd.model import ProbeSpec
from zdd.probes.table import probe
from zdd.steps import idle
from zdd.steps.services import probed
from zdd.transport.sessions import Sessions

STOPS = int(os.environ.get("ZDD_STOPS", "12"))
SHORT = tuple(number / 1000 for number in range(0, 51, 5))
SEEING = 0.1  # seconds
RATE = 30.0  # more than the workers can do

# RQ's own worker on a machine that is slow at the wrong moment: between taking a job and beginning it.
STOCK = b"""
import time
from rq import Worker
from worker_of_the_shop import main

class Slow(Worker):
    def reorder_queues(self, reference_queue):
        time.sleep(0.1)
        super().reorder_queues(reference_queue)

main(Slow)
"""


@dataclass(frozen=True, slots=True)
class Stop:
    """A worker was told to stop between these two moments."""

    host: str
    since: float
    until: float

    def during(self, job: Span) -> bool:
        """It takes a moment to see that a job runs."""
        return job.host == self.host and job.begun < self.until and (job.ended or self.until) > self.since - SEEING


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with lab_in(tmp_path_factory.mktemp("lab"), hosts=2, workers=True) as lab:
        yield lab


@contextmanager
def sites(lab: Lab) -> Iterator[list[FakeSite]]:
    """One for each host, with the real probe and its real session."""
    fleet, sessions = inventory.read([lab.inventory]), Sessions()
    spec = ProbeSpec(kind="rq", options={"url": lab.redis_url, "service": "shop-worker"})
    found = []
    for host in lab.web:
        endpoint = fleet.endpoint(host.name)
        here = site()
        here.clock = SystemClock()  # type: ignore[assignment]
        here.play = replace(here.play, probes={"web1": (spec,)})
        here.probe = [probe(spec, probed(endpoint, lambda endpoint=endpoint: sessions.open(endpoint)))]  # type: ignore
        found.append(here)
    try:
        yield found
    finally:
        sessions.close()


def stopped(here: FakeSite, host: str, stream: Jobs, times: int) -> tuple[list[str], list[Stop]]:
    """Told to stop in the midst of a job, awaited, started again; the ids that were named, and when it was told."""
    [rq], named, told = here.probe, list[str](), list[Stop]()
    for _ in range(times):
        eventually(lambda: any(job.host == host and job.ended is None for job in spans(lines(stream.rows)[-20:])))
        since = time.time()
        rq.quiesce()
        told.append(Stop(host, since, time.time()))
        eventually(lambda: rq.busy() == 0)
        named += idle.dropped(here, task("idle")).data.get("dropped", ())
        here.state.dropped.update(dict.fromkeys(named, "web1"))
        rq.resume()
    return named, told


def stops(lab: Lab, name: str) -> tuple[Count, set[str]]:
    """What became of the jobs, and the ids that were named. At every stop a job ran."""
    stream_of_jobs = jobs(lab.redis_url, lab.folder / name, rate=RATE, seconds=SHORT, most=20)
    with stream_of_jobs as stream, sites(lab) as hosts, ThreadPoolExecutor(len(hosts)) as pool:
        each = (STOPS // len(hosts) for _ in hosts)
        names = [host.name for host in lab.web]
        named, told = zip(*pool.map(stopped, hosts, names, repeat(stream), each), strict=True)
    count, ran = stream.settled(), stream.spans()
    idle = [stop for stops in told for stop in stops if not any(stop.during(job) for job in ran)]
    assert not idle, f"nothing ran at {len(idle)} of {STOPS} stops"
    return count, {id for ids in named for id in ids}


def test_the_shops_worker_drops_nothing(lab: Lab) -> None:
    control.roll(lab, "1.0")
    count, named = stops(lab, "careful")
    assert count.enqueued > 2 * STOPS and (count.lost, count.twice, named) == ((), (), set())


def test_what_a_stock_worker_drops_is_named_and_nothing_else(lab: Lab) -> None:
    own = (Path(releases.SHOP) / "worker.py").read_bytes()
    releases.build(lab.dist, "2.0", worker=STOCK, worker_of_the_shop=own)
    control.roll(lab, "2.0")
    count, named = stops(lab, "stock")
    assert count.lost, "none was dropped: this has tested nothing"
    assert set(count.lost) == named and not count.twice

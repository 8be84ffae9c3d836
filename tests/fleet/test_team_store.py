"""A store that a team shares: PostgreSQL in place of a folder, and another machine that carries a run on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fleet.postgresql import postgresql
from tests.fleet.program import Program, at_rest, killed_at
from zdd.journal.store import Store
from zdd.model import Event, Plan, Play


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgresql() as url:
        yield url


def test_many_writers_leave_no_gap(url: str) -> None:
    stores = [Store.open(url) for _ in range(4)]
    stores[0].create(Plan(run="run-1", plays=(Play(fleet="race@test", batches=()),)))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: stores[n % 4].append("run-1", Event(kind="task.started", task=str(n))), range(80)))
    events = stores[0].since("run-1", 0)
    assert [event.seq for event in events] == list(range(1, 81))
    assert sorted(int(event.task) for event in events) == list(range(80))
    for store in stores:
        store.close()


def test_another_machine_carries_on_what_one_had_begun(zdd: Program, url: str, tmp_path: Path) -> None:
    here, there = (replace(zdd, at=url, home=tmp_path / name) for name in ("here", "there"))
    with zdd.no_request_fails():
        killed_at(here, "web1/stage", *here.deploy_words("1.1"))
        assert there.versions() == {"1.0"}
        there.must(0, "resume", "shop@lab", "-y")
    assert there.versions() == {"1.1"}
    at_rest(there)

import json
import runpy
import tarfile
import time
from pathlib import Path

import pytest

from zdd.lab.jobs import SECONDS, Jobs, count, spans
from zdd.lab.releases import build


def row(what: str, id: str, at: float, host: str = "web1") -> str:
    return json.dumps({"what": what, "id": id, "at": at, "host": host, "version": "1.0"}) + "\n"


def test_a_job_that_began_and_ended_once_was_done() -> None:
    found = count(["a"], spans([row("start", "a", 1.0), row("end", "a", 2.0)]))
    assert (found.enqueued, found.lost, found.twice) == (1, (), ())


@pytest.mark.parametrize("rows", [[], [row("start", "a", 1.0)]])
def test_one_that_never_ended_is_lost(rows: list[str]) -> None:
    assert count(["a"], spans(rows)).lost == ("a",)


@pytest.mark.parametrize("second", ["web1", "web2"])
def test_one_that_began_twice_was_run_twice(second: str) -> None:
    rows = [row("start", "a", 1.0), row("start", "a", 2.0, second), row("end", "a", 3.0, second)]
    found = count(["a"], spans(rows))
    assert (found.lost, found.twice) == ((), ("a",))


def test_spans_tell_when_and_where() -> None:
    rows = [row("start", "b", 2.0, "web2"), row("start", "a", 1.0), row("end", "a", 4.0)]
    first, second = spans(rows)
    assert (first.id, first.host, first.begun, first.ended) == ("a", "web1", 1.0, 4.0)
    assert (second.id, second.ended) == ("b", None)


def test_what_is_still_being_written_does_not_count(tmp_path: Path) -> None:
    stream = Jobs(tmp_path)
    stream.enqueued.write_text("a\nb\nc")
    stream.rows.write_text(row("start", "a", 1.0) + row("end", "a", 2.0)[:-1])
    assert stream.ids() == ["a", "b"]
    assert stream.count().lost == ("a", "b")


def test_a_job_writes_its_own_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_HOST", "web3")
    with tarfile.open(build(tmp_path, "1.0")) as archive:
        archive.extractall(tmp_path, filter="data")
    rows = tmp_path / "rows"
    runpy.run_path(str(tmp_path / "jobs.py"))["work"]("a", 0.0, str(rows))
    [found] = spans(rows.read_text().splitlines())
    assert (found.id, found.host) == ("a", "web3") and abs(found.begun - time.time()) < 60


def test_jobs_last_up_to_three_seconds_and_leave_the_workers_time() -> None:
    assert min(SECONDS) == 0.0 and max(SECONDS) == 3.0 and sum(SECONDS) / len(SECONDS) < 1.0

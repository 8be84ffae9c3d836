"""Background work through the whole program: drained, put back, killed, reverted, and no job lost or run twice."""

from collections.abc import Iterator

import pytest

from tests.fleet.lab import eventually, lab_in
from tests.fleet.program import WORKERS, Program, at_rest, killed_at
from zdd.lab import Lab, call
from zdd.lab.control import supervisorctl
from zdd.lab.jobs import Count, jobs


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Two hosts with a worker each, a balancer and a Redis."""
    with lab_in(tmp_path_factory.mktemp("lab"), hosts=2, workers=True) as lab:
        yield lab


@pytest.fixture(scope="module")
def zdd(lab: Lab) -> Program:
    return Program.on(lab, WORKERS)


def working(lab: Lab) -> list[str]:
    """Hosts whose worker runs."""
    words = [" ".join([*supervisorctl(host), "status", "shop-worker"]) for host in lab.web]
    said = [call.ssh(lab, host, line).stdout for host, line in zip(lab.web, words, strict=True)]
    return [host.name for host, line in zip(lab.web, said, strict=True) if "RUNNING" in line]


def none_lost(count: Count) -> None:
    assert count.enqueued and (count.lost, count.twice) == ((), ()), count


def test_a_first_release_that_fails_leaves_the_workers_as_they_were_found(zdd: Program) -> None:
    zdd.build("0.9", "fails health")
    zdd.deploy("0.9", 20)
    assert working(zdd.lab) == ["web1"]
    zdd.must(0, "revert", "-y")
    assert working(zdd.lab) == []


def test_a_roll_loses_no_job(zdd: Program) -> None:
    zdd.deploy("1.0")
    with jobs(zdd.lab.redis_url, zdd.folder / "rolled", rate=2.0) as stream, zdd.no_request_fails():
        eventually(lambda: len(stream.spans()) > 3)
        zdd.deploy("1.1")
        eventually(lambda: len({span.host for span in stream.spans()[-6:]}) == 2)
    none_lost(stream.settled())
    assert working(zdd.lab) == ["web1", "web2"]
    at_rest(zdd)


def test_a_host_whose_job_outlasts_the_drain_is_put_back_and_works_again(zdd: Program) -> None:
    zdd.deploy("1.0")
    with zdd.playing("deadline: 20s", "deadline: 500ms"):
        with jobs(zdd.lab.redis_url, zdd.folder / "late", rate=2.0, seconds=(15.0, 15.0, *[0.0] * 50)) as stream:
            eventually(lambda: {span.host for span in stream.spans()} == {"web1", "web2"})
        said = zdd.deploy("1.1", 20)
        none_lost(stream.settled())
    assert "still has 1 job after 0.5 s" in said
    assert working(zdd.lab) == ["web1", "web2"] and zdd.versions() == {"1.0"}


def test_force_gives_up_what_is_in_hand(zdd: Program) -> None:
    zdd.deploy("1.0")
    two = jobs(zdd.lab.redis_url, zdd.folder / "cut", rate=2.0, seconds=(60.0, 60.0, *[0.0] * 50))
    with zdd.playing("deadline: 20s", "deadline: 1s, on_deadline: force"), two as stream:
        eventually(lambda: {span.host for span in stream.spans()} == {"web1", "web2"})
        zdd.deploy("1.1")
    eventually(lambda: stream.unfinished() == 2)
    assert working(zdd.lab) == ["web1", "web2"] and zdd.versions() == {"1.1"}


@pytest.mark.parametrize("place", ["web1/idle", "web1/resume"])
def test_it_is_killed_and_resumed(zdd: Program, place: str) -> None:
    zdd.deploy("1.0")
    with jobs(zdd.lab.redis_url, zdd.folder / place.replace("/", "-"), rate=2.0) as stream:
        eventually(lambda: len(stream.spans()) > 3)
        killed_at(zdd, place, *zdd.deploy_words("1.1"))
        zdd.must(0, "resume", "-y")
    none_lost(stream.settled())
    assert working(zdd.lab) == ["web1", "web2"] and zdd.versions() == {"1.1"}
    at_rest(zdd)

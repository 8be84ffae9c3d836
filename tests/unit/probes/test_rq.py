from dataclasses import dataclass, field

import pytest
from pydantic import ValidationError

from tests.unit.probes.fake_redis import FakeRedis
from tests.unit.steps.fakes import FakeSession
from zdd.errors import Lost
from zdd.model import ProbeSpec
from zdd.probes import Checked, Host, Probe, Service, Workers
from zdd.probes.rq import RQ, RQKeys
from zdd.transport import Channel, Result

URL = "redis://10.0.0.5:6379/0"


@dataclass
class FakeService:
    """Implements `zdd.probes.Service`."""

    alive: frozenset[int] | None = frozenset()
    told: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.told.append("start")

    def quiesce(self) -> None:
        self.told.append("quiesce")

    def kill(self) -> None:
        self.told.append("kill")

    def runs(self) -> bool:
        return bool(self.alive)

    def processes(self) -> frozenset[int] | None:
        return self.alive


class Session(FakeSession):
    """A host that is called web1, and the Redis that it reaches."""

    def __init__(self, redis: FakeRedis | None) -> None:
        super().__init__(host__name=Result(exit=0, out="web1\n"))
        self.redis = redis

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        if self.redis is None:
            raise ConnectionRefusedError(port)
        return self.redis.dial(address, port, timeout)


def rq(service: FakeService, redis: FakeRedis | None = None, **more: bool) -> RQ:
    host = Host(name="web1", address="10.0.0.1", session=lambda: Session(redis), service=lambda name: service)
    return RQ(ProbeSpec(kind="rq", options={"url": URL, "service": "shop-worker", **more}), host)


def implements_the_contracts(probe: RQ, service: FakeService) -> tuple[Probe, Workers, Checked, Service]:
    return probe, probe, probe, service


def workers(**pids: tuple[str, int]) -> FakeRedis:
    """name=(host name, pid)"""
    hashes = {f"rq:worker:{name}": {"hostname": host, "pid": str(pid)} for name, (host, pid) in pids.items()}
    return FakeRedis({"rq:workers": list(hashes), **hashes})


def test_it_stops_and_starts_the_service() -> None:
    probe = rq(service := FakeService())
    probe.quiesce()
    probe.resume()
    probe.cut()
    assert service.told == ["quiesce", "start", "kill"]


def test_without_a_process_it_is_idle_and_redis_is_not_asked() -> None:
    assert rq(FakeService(alive=frozenset())).busy() == 0


def test_each_of_this_hosts_workers_that_lives_is_busy() -> None:
    redis = workers(one=("web1", 11), two=("web1", 12), gone=("web1", 13), other=("web2", 11), odd=("web1", 99))
    assert rq(FakeService(alive=frozenset({10, 11, 12})), redis).busy() == 2


def test_what_lives_and_is_not_registered_may_have_anything_in_hand() -> None:
    assert rq(FakeService(alive=frozenset({11})), workers(other=("web2", 11))).busy() is None


def test_a_worker_that_has_just_gone_from_the_register_is_no_number() -> None:
    redis = FakeRedis({"rq:workers": ["rq:worker:gone"]})
    assert rq(FakeService(alive=frozenset({11})), redis).busy() is None


@pytest.mark.parametrize("redis", [None, FakeRedis(password="secret")])
def test_a_redis_that_says_nothing_leaves_it_unknown_not_idle(redis: FakeRedis | None) -> None:
    assert rq(FakeService(alive=frozenset({11})), redis).busy() is None


def test_processes_that_nobody_can_tell_are_unknown() -> None:
    assert rq(FakeService(alive=None), workers(one=("web1", 11))).busy() is None


def test_what_was_taken_and_not_begun_is_named_for_all_queues() -> None:
    queues = ["rq:queue:high", "rq:queue:low"]
    redis = FakeRedis({"rq:queues": queues, "rq:queue:low:intermediate": ["a", "b"]})
    assert rq(FakeService(), redis).taken() == ("a", "b")


def test_a_silent_redis_cannot_say_what_was_taken() -> None:
    with pytest.raises(Lost, match=r"Redis at 10\.0\.0\.5:6379 does not say what was taken"):
        rq(FakeService()).taken()


def test_a_stock_worker_may_drop_jobs_which_is_said_beforehand() -> None:
    [said] = rq(FakeService(), FakeRedis()).check()
    assert said.warning and said.where == "web1" and "may drop a job" in said.what
    assert list(rq(FakeService(), FakeRedis(), lossless=True).check()) == []


def test_a_silent_redis_is_found_beforehand() -> None:
    [said] = rq(FakeService(), FakeRedis(password="secret"), lossless=True).check()
    assert not said.warning and said.where == "web1"
    assert said.what == "Redis at 10.0.0.5:6379 does not answer: NOAUTH Authentication required."


def test_keys_fail_closed() -> None:
    with pytest.raises(ValidationError, match="write redis://HOST:PORT/NUMBER"):
        RQKeys(url="10.0.0.5", service="shop-worker")

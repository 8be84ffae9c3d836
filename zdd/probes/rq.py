"""RQ: a host's workers are stopped warmly through their service manager, and are idle when the last one has ended.

Only processes tell idleness. Redis is asked what is in hand, which is the host's own by process and host name, and what
was taken and never begun: RQ's own warm stop drops a job now and then.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from zdd.errors import Finding, Lost
from zdd.model import ProbeSpec
from zdd.probes import Host
from zdd.transport import Command
from zdd.transport.redis import Address, Redis, connected

TIMEOUT = 5.0
DROPS = "RQ's own worker, told to stop, may drop a job that it has just taken; zdd names each"


def _url(written: str) -> str:
    Address.parse(written)
    return written


class RQKeys(BaseModel):
    """What a playbook may write under `rq`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, AfterValidator(_url)]
    """the Redis of the queues, as the host reaches it"""
    service: str = Field(pattern=r"^[\w@:.-]+$")
    """the workers, as their manager knows them"""
    lossless: bool = False
    """your worker class begins whatever it took from the queue, also when it is told to stop"""


class RQ:
    """Implements `zdd.probes.Probe`, `Workers` and `Checked`."""

    keys: ClassVar[type[BaseModel]] = RQKeys
    spacing: ClassVar[float] = 0.1
    unit: ClassVar[str] = "job"

    def __init__(self, spec: ProbeSpec, host: Host) -> None:
        keys = RQKeys.model_validate(spec.options)
        self.service, self._lossless = keys.service, keys.lossless
        self._address = Address.parse(keys.url)
        self._host, self._service = host, host.service(keys.service)

    def check(self) -> Iterator[Finding]:
        if not self._lossless:
            remedy = "write `lossless: true` if its class begins whatever it took"
            yield Finding(self._host.name, DROPS, remedy, warning=True)
        try:
            with self._redis() as redis:
                redis.texts("SMEMBERS", "rq:workers")
        except (OSError, ValueError) as error:
            yield Finding(self._host.name, f"{self._where} does not answer: {error}", "correct the probe's `url`")

    def works(self) -> bool:
        return self._service.runs()

    def quiesce(self) -> None:
        self._service.quiesce()

    def resume(self) -> None:
        self._service.start()

    def cut(self) -> None:
        self._service.kill()

    def busy(self) -> int | None:
        """One for each worker that lives: told to stop, it lives on for what it has in hand."""
        alive = self._service.processes()
        if not alive:
            return None if alive is None else 0
        try:
            with self._redis() as redis:
                return sum(pid in alive for pid in self._workers(redis)) or None
        except (OSError, ValueError):
            return None

    def taken(self) -> tuple[str, ...]:
        try:
            with self._redis() as redis:
                return tuple(_taken(redis))
        except (OSError, ValueError) as error:
            raise Lost(f"{self._where} does not say what was taken: {error}", cause="environment") from error

    @property
    def _where(self) -> str:
        return f"Redis at {self._address.host}:{self._address.port}"

    def _redis(self) -> AbstractContextManager[Redis]:
        return connected(self._host.session(), self._address, TIMEOUT)

    def _workers(self, redis: Redis) -> Iterator[int]:
        """Process ids of those that work under this host's name. Another host may have the same ids."""
        name = self._host.session().run(Command(verb="host.name", script="uname -n")).out.strip()
        for worker in redis.texts("SMEMBERS", "rq:workers"):
            hostname, pid = redis.texts("HMGET", worker, "hostname", "pid")
            if hostname == name and pid.isdecimal():
                yield int(pid)


def _taken(redis: Redis) -> Iterator[str]:
    """RQ moves a job there in the moment between queue and worker."""
    for queue in sorted(redis.texts("SMEMBERS", "rq:queues")):
        yield from redis.texts("LRANGE", f"{queue}:intermediate", "0", "-1")

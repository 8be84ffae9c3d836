"""A plan for three web hosts, and what may happen to it."""

from collections.abc import Sequence
from typing import Any

from zdd.model import (
    BalancerSpec,
    Batch,
    Cause,
    Direction,
    Endpoint,
    Event,
    Pipeline,
    Plan,
    Play,
    Release,
    Status,
    Target,
    Task,
)

FLEET, RUN = "shop@lab", "20261124-1534-a3f9"
OUT, BACK = ("look", "drain", "idle"), ("health", "steady")
OLD = Release(version="1.0", id="a" * 64, path="/srv/shop")
NEW = Release(version="1.1", id="b" * 64, path="/srv/shop")
HOSTS = ("web1", "web2", "web3")
WAITS = {"health": {"passes": 3, "interval": 0.5}, "steady": {"seconds": 10.0}}


def task(host: str | None, step: str, part: Any = "change", prefix: str = "", **about: Any) -> Task:
    return Task(id=f"{FLEET}/{host or ''}/{prefix}{step}", step=step, host=host, part=part, **about)


def way(host: str, prefix: str = "") -> Pipeline:
    restart: dict[str, Any] = {"name": "restart shop", "args": {"name": "shop", "state": "restarted"}}
    tasks = (
        *(task(host, step, "out", prefix) for step in OUT),
        task(host, "activate", prefix=prefix, args={"release": "new"}),
        task(host, "service", prefix=prefix, origin="" if prefix else "shop.yml:7:3", **restart),
        *(task(host, step, "back", prefix, args=WAITS[step]) for step in BACK),
    )
    put_back = (task(host, "unmark", "out", f"{prefix}put-back."),)
    return Pipeline(host=host, tasks=tasks, put_back=put_back, takes=frozenset([host]))


def batch(name: str, *hosts: str, width: int = 1, prefix: str = "") -> Batch:
    return Batch(name=name, pipelines=tuple(way(host, prefix) for host in hosts), width=width)


def migrate() -> Batch:
    return Batch(name="before", pipelines=(Pipeline(host=None, tasks=(task(None, "migrate", on="db1"),)),))


def target(host: str, **about: Any) -> Target:
    known: dict[str, Any] = {"release": NEW, "before": OLD, "runs": OLD.name, **about}
    return Target(endpoint=Endpoint(name=host, address=host), **known)


def play(hosts: Sequence[str] = HOSTS, **about: Any) -> Play:
    known: dict[str, Any] = {
        "batches": (migrate(), *(batch(f"batch {n}", host) for n, host in enumerate(hosts, 1))),
        "targets": {host: target(host) for host in hosts},
        "hosts": tuple(hosts),
        "floor": len(hosts) - 1,
        "balancers": (BalancerSpec(name="lb1", kind="haproxy", on="lb", serves=tuple(hosts)),),
        **about,
    }
    return Play(fleet=FLEET, **known)


def plan(*plays: Play, direction: Direction = "forward") -> Plan:
    return Plan(run=RUN, plays=plays or (play(),), direction=direction, playbook="shop.yml", inventories=("lab.yml",))


class Story:
    """Events in order, a tenth of a second apart unless told otherwise."""

    def __init__(self, at: float = 0.0) -> None:
        self.at, self.events = at, list[Event]()

    def event(self, kind: str, *, later: float = 0.1, **about: Any) -> Event:
        self.at = round(self.at + later, 3)
        event = Event(kind=kind, at=self.at, seq=len(self.events) + 1, **about)
        self.events.append(event)
        return event

    def begin(self, of: Plan | None = None) -> "Story":
        self.event("leg.started", plan=of or plan())
        return self

    def start(self, of: Task) -> Event:
        return self.event("task.started", task=of.id)

    def end(
        self, of: Task, status: Status = "ok", *, detail: str = "", cause: Cause = "release", **about: Any
    ) -> Event:
        return self.event("task.ended", task=of.id, status=status, detail=detail, cause=cause, **about)

    def do(self, *tasks: Task) -> "Story":
        for each in tasks:
            self.start(each)
            looked: dict[str, object] = {"found": {}, "stood": {}} if each.step == "look" else {}
            self.end(each, data=looked)
        return self

    def fail(self, of: Task, detail: str, status: Status = "failed", **words: str) -> "Story":
        """`words`: what is told beside the reason, `output` or `origin`."""
        self.start(of)
        self.end(of, status, detail=detail, data=words)
        return self

    def stop(self, code: int, why: str = "") -> "Story":
        self.event("run.stopped", data={"code": code}, detail=why)
        return self

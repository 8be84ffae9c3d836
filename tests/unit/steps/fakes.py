"""A run, a host and balancers that do what a test tells them; time passes only when someone sleeps."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from zdd.balancers import Member
from zdd.balancers.traffic import Snapshot, Traffic
from zdd.config.secrets import Vault
from zdd.errors import Failed, ZddError
from zdd.journal.state import State
from zdd.model import Batch, Drain, Endpoint, Pipeline, Plan, Play, ProbeSpec, Release, Target, Task
from zdd.steps import Site
from zdd.transport import Channel, Command, Result

Answer = Result | Callable[[Command], Result] | ZddError


class FakeClock:
    """`at` holds what happens when time gets there."""

    def __init__(self) -> None:
        self.time, self.at = 0.0, list[tuple[float, Callable[[], None]]]()

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return 1_700_000_000.0 + self.time

    def sleep(self, seconds: float) -> None:
        self.time = round(self.time + seconds, 6)
        due = [happen for time, happen in self.at if time <= self.time]
        self.at = [later for later in self.at if later[0] > self.time]
        for happen in due:
            happen()


class FakeSession:
    """Answers by verb; what it has no answer for went well and said nothing."""

    def __init__(self, name: str = "web1", **answers: Answer) -> None:
        self.name = name
        self.answers: dict[str, Answer] = {verb.replace("__", "."): answer for verb, answer in answers.items()}
        self.ran: list[Command] = []
        self.uploads: dict[str, bytes] = {}
        self.open: set[tuple[str, int]] = set()

    def run(self, command: Command) -> Result:
        self.ran.append(command)
        answer = self.answers.get(command.verb, Result(exit=0))
        if isinstance(answer, ZddError):
            raise answer
        return answer if isinstance(answer, Result) else answer(command)

    def upload(self, source: Path | bytes, target: str, *, sha256: str, mode: str = "0600", become: str = "") -> None:
        self.uploads[target] = source if isinstance(source, bytes) else source.read_bytes()

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        if (address, port) not in self.open:
            raise ConnectionRefusedError(port)
        return FakeChannel()

    @property
    def verbs(self) -> list[str]:
        return [command.verb for command in self.ran]

    def last(self, verb: str) -> Command:
        return next(command for command in reversed(self.ran) if command.verb == verb)


class FakeChannel:
    def sendall(self, data: bytes) -> None: ...

    def recv(self, size: int) -> bytes:
        return b""

    def settimeout(self, seconds: float | None) -> None: ...

    def close(self) -> None: ...


class FakeBalancer:
    """One backend. `refuses`: verbs that raise; `errors`: what the next readings raise."""

    def __init__(self, name: str = "lb1", *hosts: str) -> None:
        self.name = name
        self.is_now = {h: Member(host=h, backend=f"shop/{h}", admin="ready", up=True, status="UP") for h in hosts}
        self.refuses: dict[str, ZddError] = {}
        self.errors: list[ZddError] = []
        self.told: list[tuple[str, str]] = []

    def set(self, host: str, **about: Any) -> None:
        self.is_now[host] = replace(self.is_now[host], **about)

    def members(self) -> tuple[Member, ...]:
        if self.errors:
            raise self.errors.pop(0)
        return tuple(self.is_now.values())

    def drain(self, host: str) -> None:
        self._do("drain", host)
        if self.is_now[host].admin != "maint":
            self.set(host, admin="drain", up=False)

    def shut(self, host: str) -> None:
        self._do("shut", host)
        self.set(host, admin="maint", up=False)

    def enable(self, host: str) -> None:
        self._do("enable", host)
        self.set(host, admin="ready")

    def _do(self, verb: str, host: str) -> None:
        self.told.append((verb, host))
        if verb in self.refuses:
            raise self.refuses[verb]


@dataclass
class FakeProbe:
    """`readings` are given one after the other; the last one stays."""

    readings: list[int | None] = field(default_factory=lambda: [0])
    spacing: float = 0.1
    unit: str = "job"
    told: list[str] = field(default_factory=list)

    def quiesce(self) -> None:
        self.told.append("quiesce")

    def busy(self) -> int | None:
        return self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]

    def resume(self) -> None:
        self.told.append("resume")


@dataclass
class FakeWorkers(FakeProbe):
    """`takes` are given one after the other like readings."""

    service: str = "shop-worker"
    working: bool = True
    takes: list[tuple[str, ...]] = field(default_factory=lambda: [()])

    def works(self) -> bool:
        return self.working

    def cut(self) -> None:
        self.told.append("cut")

    def taken(self) -> tuple[str, ...]:
        return self.takes.pop(0) if len(self.takes) > 1 else self.takes[0]


@dataclass
class FakeSite:
    """Implements `zdd.steps.Site`."""

    play: Play
    traffic: Traffic
    sessions: dict[str, FakeSession]
    state: State
    clock: FakeClock = field(default_factory=FakeClock)
    run: str = "r1"
    probe: list[FakeProbe] = field(default_factory=list)
    contents: dict[str, Path] = field(default_factory=dict)
    floor: str = ""  # why nobody may leave
    stop: bool = False
    said: list[str] = field(default_factory=list)
    section: AbstractContextManager[Any] = field(default_factory=nullcontext)
    vault: Vault = field(default_factory=Vault)

    def probed_by(self, *probes: FakeProbe) -> None:
        """Each is written in a line of its own, from 20 on."""
        specs = tuple(ProbeSpec(kind="fake", origin=f"shop.yml:{line}:7") for line, _ in enumerate(probes, 20))
        self.probe, self.play = list(probes), replace(self.play, probes={"web1": specs})

    def session(self, name: str) -> FakeSession:
        return self.sessions[name]

    def probes(self, host: str) -> tuple[FakeProbe, ...]:
        return tuple(self.probe)

    def content(self, digest: str) -> Path:
        if digest not in self.contents:
            raise Failed(f"no frozen file {digest}", cause="environment")
        return self.contents[digest]

    def reveal(self, text: str) -> str:
        return self.vault.reveal(text)

    def serving(self, snapshot: Snapshot) -> frozenset[str]:
        return snapshot.serving & frozenset(self.play.hosts)

    def may_leave(self, host: str, snapshot: Snapshot) -> str:
        return self.floor

    def gives_way(self, host: str | None) -> bool:
        return self.stop

    def tell(self, task: Task, text: str) -> None:
        self.said.append(text)


def implements_the_contract(site: FakeSite) -> Site:
    return site


NEW = Release(version="1.1", id="b" * 64, path="/srv/shop", artifact="c" * 64)
OLD = Release(version="1.0", id="a" * 64, path="/srv/shop")


def site(
    *balancers: FakeBalancer,
    session: FakeSession | None = None,
    tasks: tuple[Task, ...] = (),
    put_back: tuple[Task, ...] = (),
    drain: Drain | None = None,
    **plan: Any,
) -> FakeSite:
    """One host, web1, that runs 1.0 and is to run 1.1."""
    new = replace(NEW, tasks=tuple(task for task in tasks if task.part == "change"))
    pipelines = (Pipeline(host="web1", tasks=tasks, put_back=put_back),)
    play = Play(
        fleet="shop@test",
        batches=(Batch(name="batch 1", pipelines=pipelines),),
        targets={"web1": Target(endpoint=Endpoint(name="web1", address="10.0.0.1"), release=new, before=OLD)},
        hosts=("web1",),
        drain=drain or Drain(),
    )
    serves = {balancer.name: frozenset(["web1"]) for balancer in balancers}
    state = State(plan=Plan(run="r1", plays=(play,), **plan))
    origins = {balancer.name: f"shop.yml:{line}:5" for line, balancer in enumerate(balancers, 10)}
    return FakeSite(play, Traffic(balancers, serves, origins=origins), {"web1": session or FakeSession()}, state)


def task(step: str, *, part: Any = "out", **about: Any) -> Task:
    return Task(id=f"shop@test/web1/{step}", step=step, host="web1", part=part, **about)


def host_text(
    *,
    current: Release | None = OLD,
    complete: tuple[Release, ...] = (OLD,),
    marks: tuple[str, ...] = (),
    note: str = "",
    frozen: str = "",
) -> Result:
    """What a host answers to `host.read`."""
    lines = ["boot b00t", "home ready", "path ready", *(f"tool {tool}" for tool in ("flock", "sha256sum", "mv -T"))]
    lines += [f"current releases/{current.name}"] if current else []
    lines += [f"release {one.id} {one.name}" for one in complete]
    lines += [f"mark {mark}" for mark in marks]
    lines += [f"out {note} "] if note else []
    lines += [f"frozen {frozen}"] if frozen else []
    return Result(exit=0, out="\n".join(lines) + "\n")


def found(**balancers: str) -> Mapping[str, Any]:
    return {"release": OLD.name, "balancers": balancers, "held": False, "served": True, "services": []}

"""The values that all layers share. Nothing here touches the world, and all of it can be written as JSON."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Direction = Literal["forward", "revert"]
Part = Literal["stage", "out", "change", "back", "finish"]
Status = Literal["ok", "unchanged", "failed", "unknown"]
Cause = Literal["release", "host", "environment"]
Scope = Literal["all", "spare"]
OnFailure = Literal["revert", "halt"]
OnDeadline = Literal["halt", "force", "later"]
Admin = Literal["ready", "drain", "maint"]
DONE: tuple[Status, ...] = ("ok", "unchanged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """How a machine is reached over SSH, and what the inventory says that wins over the playbook."""

    name: str
    address: str
    port: int = 0  # 0: what ssh itself would take
    user: str = ""  # empty: what ssh itself would take
    key_file: str = ""
    known_hosts: str = ""
    jump: str = ""  # ProxyJump, as ssh writes it: user@host:port, several with commas; empty: what ssh itself says
    become: bool = False
    become_user: str = "root"
    state: str = "/var/lib/zdd"  # below it one folder a fleet
    service_manager: str = "systemd"
    service_options: Mapping[str, str] = field(default_factory=dict)  # supervisor_socket; start, stop, … of `command`
    haproxy_socket: str = ""  # wins over the playbook's `socket`


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One step at one place of a pipeline. `id` is its identity: play, host, direction and position."""

    id: str
    step: str
    host: str | None = None  # None: the fleet as a whole
    part: Part = "change"
    name: str = ""  # what people read; empty: the step's own name
    args: Mapping[str, Any] = field(default_factory=dict)
    on: str = ""  # where it is done, if not on `host`: a host's name or "controller"
    become: str | None = None  # the user it is done as; empty: who logs in; None: as play and inventory say
    timeout: float = 60.0  # seconds that one act of it may take
    retries: int = 0  # how often it is tried again when it says no
    cause: Cause = "environment"  # what its failure says
    safe: bool = True  # may be done again without looking first
    origin: str = field(default="", compare=False)  # "shop.yml:31:5", for people: moved lines change nothing of it
    origins: tuple[str, ...] = field(default=(), compare=False)  # of its checks, in their order

    def __str__(self) -> str:
        return self.name or self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """All tasks of one host, in order; or of the fleet, where host is None."""

    host: str | None
    tasks: tuple[Task, ...]
    put_back: tuple[Task, ...] = ()  # undoes the drain as long as nothing was changed
    leave_out: tuple[Task, ...] = ()  # takes it out for good, where a revert cannot end
    takes: frozenset[str] = frozenset()  # hosts whose capacity it takes: the floor is asked first

    def part(self, part: Part) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.part == part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Pipelines between two barriers; at most `width` of its hosts are out at once."""

    name: str
    pipelines: tuple[Pipeline, ...]
    width: int = 1
    budget: int | None = None  # stricter than the play's, for the hosts of this batch
    whole: bool = False  # only when every host is done: `after`
    zero: bool = False  # hosts that served nowhere: their failure is not the release's, unless all of them fail

    @property
    def turn(self) -> int:
        """Over all plays of a run: staging comes first (0), and what ends the run comes last (2)."""
        part = self.pipelines[0].tasks[0].part if self.pipelines else "change"
        return {"stage": 0, "finish": 2}.get(part, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file whose content is frozen in the run's store under its SHA-256."""

    dest: str
    digest: str
    mode: str = "0644"
    owner: str = ""
    seal: str = ""  # of a file with secrets in it: keyed HMAC of its true content; what is frozen holds references

    @property
    def kept(self) -> str:
        """Its name among the files that a host keeps."""
        return self.seal or self.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What runs on one host after a deploy: enough to put it there again without the playbook.

    Either a folder below `path`, or what the host itself installs and tells by `current`: a package, an image.
    """

    version: str
    id: str  # digest of artifact, deploy tasks and rendered files, 64 hex digits; empty: zdd did not install it
    path: str = ""  # /srv/shop: below it releases/, current, shared/ and assets/
    current: str = ""  # a command that prints the version which the host runs
    available: str = ""  # one that succeeds where the host can install this version
    artifact: str = ""  # SHA-256 of the tarball
    url: str = ""  # where each host fetches it; empty: the controller sends it
    files: tuple[File, ...] = ()  # rendered into it; `dest` is relative
    kept_files: tuple[File, ...] = ()  # contents that its deploy tasks write elsewhere; `dest` is absolute
    shared: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()  # folders whose files all releases of the host share
    owner: str = ""  # "user:group"; empty: who logs in
    tasks: tuple[Task, ...] = ()  # its deploy tasks on this host, as they were frozen
    health: Mapping[str, Any] = field(default_factory=dict)  # checks, passes, interval, deadline, steady

    @property
    def name(self) -> str:
        return f"{self.version}-{self.id[:8]}" if self.id else self.version

    @property
    def installed(self) -> bool:
        """By the host itself, so that there is no folder of it, and no link that could switch at once."""
        return bool(self.current)

    @property
    def directory(self) -> str:
        """Empty where there is none."""
        return "" if self.installed else f"{self.path}/releases/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancerSpec:
    """One balancer as the plan holds it: which adapter, on which machine, for which hosts."""

    name: str  # "lb1": key of the found state
    kind: str  # key of the BALANCERS table
    on: str  # the machine it runs on
    serves: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    origin: str = field(default="", compare=False)  # as a task's


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeSpec:
    """One probe as the plan holds it."""

    kind: str  # key of the PROBES table
    options: Mapping[str, Any] = field(default_factory=dict)
    origin: str = field(default="", compare=False)  # as a task's


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """How long a host may take to become idle, and what happens if it does not. Seconds."""

    deadline: float = 60.0
    on_deadline: OnDeadline = "halt"
    sticky: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One host of a play: how it is reached, what it runs and what it will run."""

    endpoint: Endpoint
    release: Release | None = None  # None: maintenance
    before: Release | None = None  # what its way back installs; None: it ran nothing, or nothing that zdd knows
    runs: str = ""  # the name of what it runs now, as people read it
    served: bool = True  # when the plan was made


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """One fleet's part of a run."""

    fleet: str  # "shop@production"
    batches: tuple[Batch, ...]
    pattern: str = ""  # which hosts of the inventory are the play's, as written
    targets: Mapping[str, Target] = field(default_factory=dict)  # the hosts it works on
    hosts: tuple[str, ...] = ()  # the play's, before --limit and --skip: the floor counts them
    held: frozenset[str] = frozenset()  # of these, whom an operator had out when the plan was made
    floor: int = 0
    apart: Mapping[str, str] = field(default_factory=dict)  # host -> value; two of one are never out at once
    ways_back: Mapping[str, Pipeline] = field(default_factory=dict)
    balancers: tuple[BalancerSpec, ...] = ()
    machines: Mapping[str, Endpoint] = field(default_factory=dict)  # every other one it needs: balancers, `on:`
    probes: Mapping[str, tuple[ProbeSpec, ...]] = field(default_factory=dict)  # host -> its probes
    drain: Drain = field(default_factory=Drain)
    failure_budget: int = 0
    on_failure: OnFailure = "revert"
    stall: float = 600.0
    window: tuple[str, ...] = ()  # when it may run, as written; none: always
    freeze: tuple[str, ...] = ()  # when it may not
    report_to: tuple[str, ...] = ()  # commands and addresses that get start, halt, revert and end
    secrets: Mapping[str, str] = field(
        default_factory=dict
    )  # reference -> keyed HMAC of the value that it was made with

    def pipelines(self) -> Iterator[Pipeline]:
        return (pipeline for batch in self.batches for pipeline in batch.pipelines)

    def tasks(self) -> Iterator[Task]:
        return (task for pipeline in self.pipelines() for task in (*pipeline.tasks, *pipeline.put_back))

    def without(self, balancers: Collection[str]) -> "Play":
        """The same, and these balancers are neither asked nor told anything."""
        return replace(self, balancers=tuple(spec for spec in self.balancers if spec.name not in balancers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One leg of a run: its plays in order. A revert is a plan too."""

    run: str
    plays: tuple[Play, ...]
    direction: Direction = "forward"
    scope: Scope = "all"  # of a revert: the run, or single hosts that failed within the budget
    asked: bool = False  # a revert that a person asked for
    supersedes: tuple[str, ...] = ()  # runs whose marks are in nobody's way, and whose found states this one adopts
    around: tuple[str, ...] = ()  # ways around a rule that a person took (R16), as they were typed
    reason: str = ""  # what that person said why
    by: str = ""  # who began the run: user@machine
    playbook: str = ""  # where it came from, for people
    inventories: tuple[str, ...] = ()

    def pipelines(self) -> Iterator[Pipeline]:
        return (pipeline for play in self.plays for pipeline in play.pipelines())

    @property
    def fleets(self) -> tuple[str, ...]:
        return tuple(play.fleet for play in self.plays)

    def without(self, balancers: Collection[str]) -> "Plan":
        return replace(self, plays=tuple(play.without(balancers) for play in self.plays))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One fact about a run, written once.

    kind: leg.started · run.resumed · run.stopped · task.started · task.waiting · task.ended · host.fell · asked
    """

    kind: str
    task: str = ""  # its id
    status: str = ""  # ended: a Status · waiting: later, deferred, blocked · asked: the verb
    detail: str = ""
    cause: Cause = "release"
    data: Mapping[str, Any] = field(default_factory=dict)  # of a look: found, stood · run.stopped: code
    plan: Plan | None = None  # of leg.started
    at: float = 0.0  # wall clock, for people
    epoch: int = 0
    seq: int = 0  # from 1, no gaps; the store gives it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one attempt at a task ended."""

    status: Status = "ok"
    detail: str = ""
    cause: Cause = "release"
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Why no new pipeline may start."""

    kind: Literal["failed", "spare", "asked", "halted", "paused", "blocked"]
    why: str
    code: int = 20

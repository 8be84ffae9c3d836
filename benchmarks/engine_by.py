"""The engine alone, on a fleet that is only said to be there. Run as `engine_by cpu|memory HOSTS TIMES`.

Every step succeeds at once, time does not pass, and who serves is known without asking: what is left is loop, floor,
events and state. A pipeline is walked where it is started, so that no thread is counted.
"""

import gc
import sys
import threading
import tracemalloc
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.contest import measure
from zdd.balancers.traffic import Snapshot, Traffic
from zdd.clock import Clock, SystemClock
from zdd.config.recipe import Build, HostRecipe, PlayRecipe, Recipe, Written
from zdd.engine.engine import Engine
from zdd.model import Endpoint, Event, Outcome, Plan, Play, Task
from zdd.plan.make import make_plan
from zdd.plan.seen import Seen
from zdd.probes import Probe
from zdd.steps import Site, Step
from zdd.steps.drain import DRAIN
from zdd.steps.table import STEPS
from zdd.transport import Session

HEALTH = {"checks": [], "passes": 1, "interval": 0.5, "deadline": 20.0, "steady": 1.0}
WIDTH = 10


def look(site: Site, task: Task) -> Outcome:
    found = {"release": "", "balancers": {}, "served": True, "held": False, "services": [], "stopped": []}
    return Outcome(data={"found": found, "stood": found})


def nothing(site: Site, task: Task) -> Outcome:
    return Outcome()


class Everyone(Traffic):
    """All serve, and it costs nothing to know."""

    def __init__(self, hosts: tuple[str, ...]) -> None:
        super().__init__((), {})
        self._all = Snapshot({}, {}, frozenset(hosts))

    def everyone(self) -> Snapshot:
        return self._all


class Crew:
    """Implements `zdd.engine.crew.Crew`: whoever is sent is back at once."""

    def spawn(self, work: Callable[..., None], *args: Any) -> None:
        work(*args)

    def inbox(self) -> "Box":
        return Box()

    def lock(self) -> AbstractContextManager[Any]:
        return threading.RLock()


class Box:
    """Implements `zdd.engine.crew.Inbox`."""

    def __init__(self) -> None:
        self._items = deque[Any]()

    def put(self, item: Any) -> None:
        self._items.append(item)

    def get(self, timeout: float) -> Any:
        return self._items.popleft() if self._items else None


class Journal:
    """Implements `zdd.engine.world.Journal`. As a disk would, it takes no memory of the process."""

    def __init__(self) -> None:
        self._newest, self._seq = deque[Event](maxlen=10), 0

    def append(self, event: Event) -> Event:
        self._seq += 1
        self._newest.append(replace(event, seq=self._seq))
        return self._newest[-1]

    def since(self, seq: int) -> list[Event]:
        return [event for event in self._newest if event.seq > seq]


class World:
    """Implements `zdd.engine.world.World`."""

    def __init__(self, hosts: tuple[str, ...]) -> None:
        self._traffic, self._clock, self._crew = Everyone(hosts), SystemClock(), Crew()
        act = dict.fromkeys(STEPS, nothing) | {"look": look, "drain": DRAIN.act}
        self._steps = {name: Step(act[name]) for name in STEPS}

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def crew(self) -> Crew:
        return self._crew

    @property
    def steps(self) -> Mapping[str, Step]:
        return self._steps

    def session(self, play: Play, name: str) -> Session:
        raise AssertionError(name)

    def traffic(self, play: Play) -> Traffic:
        return self._traffic

    def probes(self, play: Play, host: str) -> tuple[Probe, ...]:
        return ()

    def content(self, digest: str) -> Path:
        raise AssertionError(digest)

    def reveal(self, text: str) -> str:
        return text

    def ill(self, site: Site, host: str) -> None:
        return None


def plan_of(hosts: tuple[str, ...]) -> Plan:
    deploy = (Written(step="activate"), Written(step="service", args={"name": "shop", "state": "restarted"}))
    build = Build(version="2", id="b" * 64, path="/srv/shop", artifact=Path("shop.tar.gz"))
    recipes = {
        host: HostRecipe(endpoint=Endpoint(name=host, address=host), build=build, deploy=deploy, health=HEALTH)
        for host in hosts
    }
    play = PlayRecipe(
        name="shop",
        fleet="shop@bench",
        origin="shop.yml:1:1",
        hosts=recipes,
        limited=hosts,
        batches=("25%",),
        width=WIDTH,
    )
    recipe = Recipe(playbook="shop.yml", inventories=(), plays=(play,))
    return make_plan(recipe, {play.fleet: {host: Seen(host=host) for host in hosts}}, run="run-1")


def deploy(plan: Plan, hosts: tuple[str, ...], times: int) -> None:
    for _ in range(times):
        code = Engine(World(hosts), Journal(), epoch=1).go(plan)
        assert code == 0, code


def cpu(hosts: tuple[str, ...], times: int) -> None:
    plan = plan_of(hosts)
    deploy(plan, hosts, 1)
    gc.freeze()  # as before every run
    measure(lambda: deploy(plan, hosts, times))


def memory(hosts: tuple[str, ...], times: int) -> None:
    """MB at most, of the plan and of the run; what the code itself takes is there already."""
    deploy(plan_of(hosts[:10]), hosts[:10], 1)

    def traced() -> dict[str, float]:
        tracemalloc.start()
        deploy(plan_of(hosts), hosts, times)
        return {"peak": tracemalloc.get_traced_memory()[1] / 1e6}

    measure(traced)


if __name__ == "__main__":
    fleet = tuple(f"web{n}" for n in range(1, int(sys.argv[2]) + 1))
    {"cpu": cpu, "memory": memory}[sys.argv[1]](fleet, int(sys.argv[3]))

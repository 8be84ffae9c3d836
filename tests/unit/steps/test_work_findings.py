"""What keeps probes from telling idleness, and what would kill work in hand: asked of a systemctl that is a script."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.steps.machine import Machine
from zdd.config.recipe import HostRecipe, Written
from zdd.errors import Finding, Lost
from zdd.model import Endpoint, ProbeSpec
from zdd.steps.services import supervisor_client
from zdd.steps.services.stopping import Stopping, parse
from zdd.steps.work_findings import Work

SYSTEMCTL = """#!/bin/sh
for last; do :; done
case "$*" in
  *LoadState*) if [ "$last" = shop-worker ] || [ "$last" = shop ]; then echo loaded; else echo not-found; fi;;
  *TimeoutStopUSec*) echo '{limit}';;
  *KillMode*) echo {mode};;
  *) exit 1;;
esac
"""


@dataclass
class Worker:
    """A probe that quiesces a service, and says beforehand what it is told to."""

    service: str = "shop-worker"
    says: tuple[Finding, ...] = ()
    spacing: float = 0.1
    unit: str = "job"

    def quiesce(self) -> None: ...

    def cut(self) -> None: ...

    def busy(self) -> int | None:
        return 0

    def resume(self) -> None: ...

    def works(self) -> bool:
        return True

    def taken(self) -> tuple[str, ...]:
        return ()

    def check(self) -> Iterable[Finding]:
        return self.says


Found = Callable[..., list[str]]


@pytest.fixture
def found(machine: Machine, tmp_path: Path) -> Found:
    """What is found on a host whose units stop so; `! ` before what stops the run."""

    def found(limit: str, mode: str = "mixed", *, probes: tuple[Any, ...] = (Worker(),), **about: Any) -> list[str]:
        script = tmp_path / "bin" / "systemctl"
        script.parent.mkdir(exist_ok=True)
        script.write_text(SYSTEMCTL.format(limit=limit, mode=mode))
        script.chmod(0o755)
        machine.path = f"{script.parent}{os.pathsep}{machine.path}"
        deploy = tuple(Written(step="service", args={"name": name}) for name in about.pop("deploys", ()))
        specs = tuple(ProbeSpec(kind="fake", origin=f"shop.yml:{line}:7") for line, _ in enumerate(probes, 20))
        recipe = HostRecipe(endpoint=Endpoint(name="web1", address="10.0.0.1"), deploy=deploy, probes=specs)
        session = about.pop("session", lambda: machine)
        work = Work(host="web1", recipe=recipe, probes=probes, session=session, deadline=60.0, **about)
        return [f"{'' if one.warning else '! '}{one}" for one in work.findings()]

    return found


def test_as_long_as_the_drain_may_take_is_long_enough(found: Found) -> None:
    assert found("1min") == found("infinity") == found("1h 5min") == []


@pytest.mark.parametrize("limit", ["59s", "10s", "59s 999ms", "500us"])
def test_work_that_is_quiesced_would_be_killed(found: Found, limit: str) -> None:
    [finding] = found(limit)
    assert finding.startswith("! web1: shop-worker is killed ")
    assert "and a drain may take 1m (raise its TimeoutStopSec to 1m, or lower `drain.deadline`)" in finding


def test_the_whole_group_is_told_at_once(found: Found) -> None:
    [finding] = found("1min 30s", "control-group")
    assert finding.startswith("! web1: shop-worker has KillMode=control-group: ")
    assert "write KillMode=mixed in its unit" in finding


def test_of_other_services_it_is_a_warning(found: Found) -> None:
    first, second = found("10s", "control-group", probes=(), deploys=("shop",))
    assert first.startswith("web1: shop is killed 10s after it is told to stop")
    assert second.startswith("web1: shop has KillMode=control-group")


def test_one_that_is_deployed_and_quiesced_is_looked_at_once(found: Found) -> None:
    assert len(found("10s", deploys=("shop-worker", "shop-worker"))) == 1


def test_a_service_that_is_not_there(found: Found) -> None:
    assert found("1min", probes=(Worker("shop-wroker"),)) == [
        "! web1 at shop.yml:20:7: has no service shop-wroker, which a probe quiesces (correct the probe's `service`)"
    ]
    assert found("10s", probes=(), deploys=("comes-with-it",)) == []


def test_what_the_probes_themselves_find(found: Found) -> None:
    says = (Finding("web1", "cannot count"), Finding("web1", "counts little", warning=True))
    assert found("1min", probes=(Worker(says=says),)) == [
        "! web1 at shop.yml:20:7: cannot count",
        "web1 at shop.yml:20:7: counts little",
    ]


def test_without_its_service_manager_services_are_not_asked_for(found: Found) -> None:
    assert found("10s", managed=False) == []


def test_a_host_that_is_gone_by_now(found: Found) -> None:
    def gone() -> Machine:
        raise Lost("web1 does not answer")

    assert found("10s", session=gone) == [
        "! web1: does not tell what it has in hand, or how that is stopped: web1 does not answer"
    ]


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ("limit 1min 30s", 90.0),
        ("limit 2d 1h 100ms", 176400.1),
        ("limit 15s", 15.0),
        ("limit infinity", None),
        ("limit ", None),
        ("limit 3 fortnights", None),
        ("", None),
    ],
)
def test_spans_as_systemd_writes_them(said: str, limit: float | None) -> None:
    assert parse(said) == Stopping(limit=limit)


CONFIGS = [
    {"group": "shop", "name": "shop", "stopwaitsecs": 10},
    {"group": "jobs", "name": "shop", "stopwaitsecs": 20},
]


@pytest.mark.parametrize(
    ("name", "said"), [("shop", "limit 10s"), ("jobs:shop", "limit 20s"), ("jobs", "absent"), ("shop:jobs", "absent")]
)
def test_supervisor_says_when_it_kills(name: str, said: str) -> None:
    service = supervisor_client.Service("/nowhere", name)
    service.supervisor = SimpleNamespace(getAllConfigInfo=lambda: CONFIGS)
    assert service.stopping() == said

"""What fails names the line of the playbook that wants it: of the one check, balancer or probe among several."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.steps.fakes import FakeBalancer, FakeProbe, FakeSession, FakeSite, FakeWorkers, found, site, task
from zdd.errors import Failed, Lost
from zdd.steps import drain, enable, health, idle, quiesce, up
from zdd.steps.waiting import read_traffic
from zdd.transport import Command, Result

CHECKS = [{"run": {"command": "true"}}, {"run": {"command": "false"}}]
ORIGINS = ("shop.yml:30:5", "shop.yml:31:5")


def gone() -> Lost:
    return Lost("lb2 does not answer", cause="environment")


def answers(command: Command) -> Result:
    return Result(exit=1 if command.args["command"] == "false" else 0)


def checked(*balancers: FakeBalancer) -> FakeSite:
    asked = task("health", part="back", args={"checks": CHECKS, "deadline": 0}, origins=ORIGINS)
    here = site(*balancers, session=FakeSession(check=answers), tasks=(asked,))
    here.state.found["web1"] = found(**{balancer.name: "ready" for balancer in balancers})
    return here


def line_of(act: Callable[[FakeSite, Any], object], here: FakeSite, step: str, **about: Any) -> str:
    """Where the playbook says what failed."""
    with pytest.raises((Failed, Lost)) as failed:
        act(here, task(step, **about))
    assert isinstance(failed.value, Failed | Lost)
    return failed.value.origin


def two(**about: Any) -> FakeSite:
    one, other = FakeBalancer("lb1", "web1"), FakeBalancer("lb2", "web1")
    for name, value in about.items():
        setattr(other, name, value)
    return site(one, other)


def test_a_check_that_does_not_pass() -> None:
    args = {"checks": CHECKS, "deadline": 0}
    assert line_of(health.act, checked(), "health", args=args, origins=ORIGINS) == "shop.yml:31:5"


def test_a_check_whose_host_is_gone() -> None:
    here = site(session=FakeSession(check=Lost("web1 is not reached")))
    assert line_of(health.act, here, "health", args={"checks": CHECKS}, origins=ORIGINS) == "shop.yml:30:5"


def test_a_check_that_fails_while_the_host_must_stay_up() -> None:
    args = {"seconds": 0, "checks": CHECKS}
    assert line_of(up.steady, checked(), "steady", args=args, origins=ORIGINS) == "shop.yml:31:5"


def test_a_check_that_says_why_a_balancer_does_not_let_it_up() -> None:
    here = checked(lb := FakeBalancer("lb1", "web1"))
    lb.set("web1", up=False, status="DOWN")
    assert line_of(up.up, here, "up", args={"deadline": 0}) == "shop.yml:31:5"


def test_a_frozen_release_has_checks_without_lines() -> None:
    args = {"checks": CHECKS, "deadline": 0}
    assert line_of(health.act, checked(), "health", args=args) == ""


@pytest.mark.parametrize(("act", "step"), [(drain.drain, "drain"), (drain.shut, "shut")])
def test_a_balancer_that_refuses(act: Callable[[FakeSite, Any], object], step: str) -> None:
    assert line_of(act, two(refuses={step: Failed("lb2 says no", cause="environment")}), step) == "shop.yml:11:5"


def test_a_balancer_that_does_not_let_a_host_in() -> None:
    here = two(refuses={"enable": gone()})
    here.state.found["web1"] = found(lb1="ready", lb2="ready")
    assert line_of(enable.act, here, "enable", args={"as": "found"}) == "shop.yml:11:5"


def test_a_balancer_that_does_not_answer() -> None:
    here = two(errors=[gone() for _ in range(100)])
    assert line_of(lambda site, _: read_traffic(site), here, "idle") == "shop.yml:11:5"


class Silent(FakeWorkers):
    """Says nothing any more."""

    def busy(self) -> int | None:
        raise gone()

    def quiesce(self) -> None:
        raise gone()

    def resume(self) -> None:
        raise gone()

    def taken(self) -> tuple[str, ...]:
        raise gone()


@pytest.mark.parametrize(
    ("act", "step"), [(quiesce.quiesce, "quiesce"), (quiesce.resume, "resume"), (idle.act, "idle"), (idle.dropped, "")]
)
def test_a_probe_that_does_not_answer(act: Callable[[FakeSite, Any], object], step: str) -> None:
    here = site()
    here.probed_by(FakeProbe(), Silent())
    assert line_of(act, here, step) == "shop.yml:21:7"

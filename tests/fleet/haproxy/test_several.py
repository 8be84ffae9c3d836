"""Two HAProxy instances in front of the same hosts: a host is out of both or of none (R6)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from tests.fleet.haproxy.shop import SHOP, adapter, admins, up
from tests.fleet.real_haproxy import RealHAProxy, installed
from tests.fleet.web_app import WebApp
from tests.unit.steps.fakes import FakeSite, site, task
from zdd.balancers.haproxy import HAProxy
from zdd.balancers.traffic import Traffic
from zdd.errors import Failed, Lost
from zdd.steps.drain import drain, shut
from zdd.steps.enable import act as enable
from zdd.steps.findings import balancer_findings

TWICE = SHOP + "    server other-name {web1} check\nbackend early\n    server web1 {web1} check\n"
BY_ADDRESS = SHOP.replace("server web1", "server s1").replace("server web2", "server s2")


@pytest.fixture
def other() -> Iterator[RealHAProxy]:
    with installed() as haproxy:
        yield haproxy


@pytest.fixture
def both(haproxy: RealHAProxy, other: RealHAProxy, apps: dict[str, WebApp]) -> "Both":
    return Both(haproxy, other, {host: f"{app.address}:{app.port}" for host, app in apps.items()})


class Both:
    """The two of them, and a run that is about web1."""

    def __init__(self, one: RealHAProxy, two: RealHAProxy, addresses: dict[str, str]) -> None:
        self.processes, self.addresses = (one, two), addresses
        self.lb1, self.lb2 = adapter(one), adapter(two, name="lb2")

    def start(self, one: str = SHOP, two: str = SHOP) -> "Both":
        for process, config in zip(self.processes, (one, two), strict=True):
            process.start(config.format(**self.addresses))
        for balancer in (self.lb1, self.lb2):
            up(balancer, *(member.backend for member in balancer.members()))
        return self

    def site(self, *balancers: HAProxy) -> FakeSite:
        """They were found ready, all of them."""
        made = site()
        both: Sequence[HAProxy] = balancers or (self.lb1, self.lb2)
        made.traffic = Traffic(both, {balancer.name: frozenset({"web1", "web2"}) for balancer in both})
        made.play = replace(made.play, hosts=("web1", "web2"))
        made.state.found["web1"] = {"balancers": {balancer.name: "ready" for balancer in both}}
        return made

    def admins(self) -> dict[str, str]:
        """Of web1, wherever it is."""
        said = [(n, id, state) for n, b in (("lb1", self.lb1), ("lb2", self.lb2)) for id, state in admins(b).items()]
        return {f"{name} {id}": state for name, id, state in said if not id.endswith(("web2", "s2"))}


def test_out_of_both_and_back_in_both(both: Both) -> None:
    here = both.start().site()
    drain(here, task("drain"))
    assert both.admins() == {"lb1 shop/web1": "drain", "lb2 shop/web1": "drain"}
    shut(here, task("shut"))
    assert both.admins() == {"lb1 shop/web1": "maint", "lb2 shop/web1": "maint"}
    enable(here, task("enable"))
    assert both.admins() == {"lb1 shop/web1": "ready", "lb2 shop/web1": "ready"}


def test_one_that_refuses_and_the_host_is_put_back_in_the_other(both: Both) -> None:
    both.start()
    forbidden = adapter(both.processes[1], name="lb2", socket=str(both.processes[1].folder / "operator.sock"))
    here = both.site(both.lb1, forbidden)
    with pytest.raises(Failed, match="lb2 refused") as caught:
        drain(here, task("drain"))
    assert caught.value.cause == "environment"
    assert both.admins() == {"lb1 shop/web1": "drain", "lb2 shop/web1": "ready"}
    enable(here, task("enable", args={"as": "stood"}))
    assert both.admins() == {"lb1 shop/web1": "ready", "lb2 shop/web1": "ready"}


def test_one_that_is_dead_before_is_noticed_before_the_other_is_told(both: Both) -> None:
    here = both.start().site()
    both.processes[1].stop()
    with pytest.raises(Lost, match="HAProxy on lb2 does not answer"):
        drain(here, task("drain"))
    assert admins(both.lb1) == {"shop/web1": "ready", "shop/web2": "ready"}


def test_one_that_dies_in_the_middle_keeps_nobody_out_of_the_other(both: Both) -> None:
    here = both.start().site()
    drain(here, task("drain"))
    shut(here, task("shut"))
    both.processes[1].stop()
    with pytest.raises(Lost, match=r"web1 could not be put back: lb2: HAProxy on lb2 does not answer") as caught:
        enable(here, task("enable"))
    assert caught.value.cause == "environment"
    up(both.lb1, "shop/web1")


@pytest.mark.parametrize("balancer", [0, 1])
def test_one_that_comes_back_from_a_reload_is_not_shut_and_is_said_so(both: Both, balancer: int) -> None:
    here = both.start().site()
    shut(here, task("shut"))
    both.processes[balancer].reload()
    assert not here.traffic.read().is_shut("web1")


def test_a_server_is_found_by_name_in_one_and_by_address_in_the_other(both: Both) -> None:
    here = both.start(SHOP, BY_ADDRESS).site()
    drain(here, task("drain"))
    shut(here, task("shut"))
    assert both.admins() == {"lb1 shop/web1": "maint", "lb2 shop/s1": "maint"}
    assert admins(both.lb2)["shop/s2"] == "ready"


def test_a_server_that_one_knows_thrice_is_out_of_all_of_them(both: Both) -> None:
    here = both.start(SHOP, TWICE).site()
    drain(here, task("drain"))
    shut(here, task("shut"))
    assert set(both.admins().values()) == {"maint"}
    assert set(both.admins()) == {
        "lb1 shop/web1",
        "lb2 shop/web1",
        "lb2 shop/other-name",
        "lb2 early/web1",
    }
    enable(here, task("enable"))
    assert set(both.admins().values()) == {"ready"}
    assert "web1 is 2 servers of shop, which are taken out together" in "\n".join(map(str, both.lb2.check(["web1"])))


def test_one_that_does_not_know_the_host(both: Both) -> None:
    here = both.start(SHOP, SHOP.replace("server web1 {web1}", "server db1 127.0.7.9:1")).site()
    found = [str(finding) for finding in balancer_findings(here.play.hosts, here.traffic.read(), ())]
    assert found == ["lb2: does not know web1 (add it there, or take it out of `serves`)"]
    with pytest.raises(Failed, match="lb2 does not know web1"):
        drain(here, task("drain"))
    enable_all_but_the_stranger(here)
    assert both.admins()["lb1 shop/web1"] == "ready"


def enable_all_but_the_stranger(here: FakeSite) -> None:
    with pytest.raises(Lost, match="lb2: lb2 does not know web1"):
        enable(here, task("enable"))


def test_held_in_one_backend_only_is_half_out(both: Both) -> None:
    here = both.start(SHOP, TWICE).site()
    both.processes[1].tell("set server early/web1 state maint")
    found = [str(finding) for finding in balancer_findings(["web1"], here.traffic.read(), ())]
    assert found == [
        "web1: is held in early/web1 on lb2 only: half out is neither in nor out "
        "(zdd host enable or drain it, or leave that backend out of `backends`)"
    ]

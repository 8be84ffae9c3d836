"""The way back: nobody gets a request before its checks have passed."""

from dataclasses import dataclass

from tests.fleet.haproxy.shop import SHOP, Start, adapter, of, up
from tests.fleet.local import LocalSession
from tests.fleet.real_haproxy import RealHAProxy, eventually
from tests.fleet.web_app import WebApp
from zdd.transport import Command, Result


def test_a_dead_app_that_is_enabled_gets_no_request(
    start: Start, haproxy: RealHAProxy, apps: dict[str, WebApp]
) -> None:
    balancer = start()
    up(balancer, "shop/web1", "shop/web2")
    balancer.shut("web1")
    apps["web1"].status = 500

    balancer.enable("web1")
    for _ in range(50):
        assert haproxy.get("/") == 200
        assert not of(balancer, "shop/web1").up
    assert apps["web1"].asked == []

    apps["web1"].status = 200
    up(balancer, "shop/web1")
    eventually(lambda: haproxy.get("/") and apps["web1"].asked)


@dataclass(frozen=True)
class Interrupted(LocalSession):
    """Between any two lines of a change, requests come in."""

    haproxy: RealHAProxy

    def run(self, command: Command) -> Result:
        for line in command.args["lines"] if command.changes else ():
            self.haproxy.tell(line)
            assert [self.haproxy.get("/") for _ in range(4)] == [200] * 4
        return super().run(command)


def test_no_request_comes_between_the_lines_that_enable(
    start: Start, haproxy: RealHAProxy, apps: dict[str, WebApp]
) -> None:
    """HAProxy serves between two lines of one exchange: with `ready` before `health down`, 2 of 7,819 were lost."""
    balancer = start()
    up(balancer, "shop/web1", "shop/web2")
    balancer.shut("web1")
    apps["web1"].status = 500
    adapter(haproxy, Interrupted(haproxy=haproxy)).enable("web1")
    assert apps["web1"].asked == []


def test_who_is_ready_is_left_alone(start: Start, haproxy: RealHAProxy) -> None:
    balancer = start()
    up(balancer, "shop/web1", "shop/web2")
    balancer.enable("web1")
    assert of(balancer, "shop/web1").up


def test_without_a_check_it_is_enabled_straight(start: Start) -> None:
    """`health down` would leave it down for good."""
    balancer = start(SHOP.replace(" check", ""))
    balancer.shut("web1")
    balancer.enable("web1")
    member = of(balancer, "shop/web1")
    assert (member.status, member.up, member.checked) == ("no check", True, False)
    assert "shop/web1 has no check" in "\n".join(map(str, balancer.check(("web1",))))


def test_one_that_tracks_goes_with_whom_it_tracks(start: Start, apps: dict[str, WebApp]) -> None:
    balancer = start("backend early\n    server web1 {web1} track shop/web1\n" + SHOP)
    up(balancer, "early/web1", "shop/web1")
    assert of(balancer, "early/web1").checked
    balancer.shut("web1")
    apps["web1"].status = 500
    balancer.enable("web1")
    assert {m.backend: m.status for m in balancer.members() if m.host == "web1"} == {
        "early/web1": "DOWN",
        "shop/web1": "DOWN",
    }
    apps["web1"].status = 200
    up(balancer, "early/web1", "shop/web1")


def test_disabled_in_the_configuration_and_enabled_since(start: Start) -> None:
    """The bit that remembers `disabled` stays; the server is ready all the same."""
    balancer = start(SHOP.replace("{web1} check", "{web1} check disabled"))
    assert of(balancer, "shop/web1").admin == "maint"
    balancer.enable("web1")
    up(balancer, "shop/web1")
    assert of(balancer, "shop/web1").admin == "ready"

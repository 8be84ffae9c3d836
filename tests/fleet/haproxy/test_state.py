"""What the adapter reads of a server, and how it takes a host out."""

import threading

from tests.fleet.haproxy.shop import SHOP, Start, adapter, admins, of, up
from tests.fleet.real_haproxy import RealHAProxy, eventually
from tests.fleet.web_app import WebApp
from zdd.balancers import Member


def test_the_way_out_and_back(start: Start, apps: dict[str, WebApp]) -> None:
    balancer = start()
    up(balancer, "shop/web1", "shop/web2")

    balancer.drain("web1")
    assert admins(balancer) == {"shop/web1": "drain", "shop/web2": "ready"}
    balancer.shut("web1")
    assert of(balancer, "shop/web1") == Member(
        host="web1", backend="shop/web1", admin="maint", up=False, status="MAINT"
    )
    balancer.drain("web1")
    assert of(balancer, "shop/web1").admin == "maint", "drain would have made it up"

    balancer.enable("web1")
    up(balancer, "shop/web1")
    assert admins(balancer) == {"shop/web1": "ready", "shop/web2": "ready"}


def test_up_but_not_yet_sure_is_not_up(start: Start, haproxy: RealHAProxy, apps: dict[str, WebApp]) -> None:
    """Ansible waits for "UP" anywhere in the status."""
    balancer = start()
    up(balancer, "shop/web1")
    haproxy.tell("set server shop/web1 state maint")
    apps["web1"].check_go.clear()
    haproxy.tell("set server shop/web1 state ready")
    member = of(balancer, "shop/web1")
    assert (member.status, member.up) == ("UP 1/3", False)


def test_a_host_that_is_down_can_be_drained(start: Start, apps: dict[str, WebApp]) -> None:
    """Its status stays DOWN, which Ansible waits for in vain."""
    balancer = start()
    up(balancer, "shop/web1")
    apps["web1"].status = 500
    eventually(lambda: of(balancer, "shop/web1").status == "DOWN")
    balancer.drain("web1")
    member = of(balancer, "shop/web1")
    assert (member.admin, member.status) == ("drain", "DOWN")


def test_a_queue_is_counted_beside_the_sessions(start: Start, haproxy: RealHAProxy, apps: dict[str, WebApp]) -> None:
    config = SHOP.replace("check\n", "check cookie w maxconn 1\n") + "    cookie SRV insert\n"
    balancer = start(config)
    up(balancer, "shop/web1")
    visitors = [threading.Thread(target=haproxy.get, args=("/slow", "w")) for _ in range(3)]
    for visitor in visitors:
        visitor.start()
    try:
        eventually(lambda: of(balancer, "shop/web1").queued == 2)
        member = of(balancer, "shop/web1")
        assert (member.sessions, member.queued, member.persistent) == (1, 2, True)
    finally:
        apps["web1"].go.set()
        for visitor in visitors:
            visitor.join()
    eventually(lambda: of(balancer, "shop/web1").sessions + of(balancer, "shop/web1").queued == 0)


def test_a_host_is_taken_out_of_every_backend(start: Start, apps: dict[str, WebApp]) -> None:
    """By its name, and where a backend has another name for it, by its address."""
    balancer = start(SHOP + "backend other\n    server web1 {web1} check\nbackend third\n    server s1 {web1} check\n")
    up(balancer, "shop/web1", "other/web1", "third/s1")
    balancer.shut("web1")
    assert admins(balancer) == {"shop/web1": "maint", "shop/web2": "ready", "other/web1": "maint", "third/s1": "maint"}
    balancer.enable("web1")
    up(balancer, "shop/web1", "other/web1", "third/s1")


def test_only_the_backends_that_were_asked_for(start: Start, haproxy: RealHAProxy) -> None:
    balancer = start(SHOP + "backend other\n    server web1 {web1} check\n", backends=["shop"])
    balancer.shut("web1")
    assert admins(adapter(haproxy)) == {"shop/web1": "maint", "shop/web2": "ready", "other/web1": "ready"}
    leaves_out = [finding for finding in balancer.check(("web1",)) if "leaves out" in finding.what]
    assert "other/web1" in leaves_out[0].what


def test_slow_start_is_not_fully_up(start: Start, apps: dict[str, WebApp]) -> None:
    balancer = start(SHOP.replace("check\n", "check slowstart 1s\n"))
    up(balancer, "shop/web1")
    balancer.shut("web1")
    balancer.enable("web1")
    eventually(lambda: of(balancer, "shop/web1").status == "UP")
    assert not of(balancer, "shop/web1").up
    up(balancer, "shop/web1")


def test_less_than_its_weight_is_not_fully_up(start: Start, haproxy: RealHAProxy) -> None:
    balancer = start(SHOP.replace("check\n", "check weight 10\n"))
    up(balancer, "shop/web1")
    haproxy.tell("set server shop/web1 weight 50%")
    assert not of(balancer, "shop/web1").up
    haproxy.tell("set server shop/web1 weight 0%")
    assert (of(balancer, "shop/web1").status, of(balancer, "shop/web1").up) == ("UP", False)


def test_a_backup_does_not_serve(start: Start) -> None:
    balancer = start(SHOP.replace("{web2} check", "{web2} check backup"))
    up(balancer, "shop/web1")
    eventually(lambda: of(balancer, "shop/web2").status == "UP")
    assert not of(balancer, "shop/web2").up


def test_a_stick_table_of_the_backend_makes_it_persistent(start: Start) -> None:
    balancer = start(
        SHOP + "backend other\n    stick-table type ip size 1k\n    stick on src\n    server web1 {web1} check\n"
    )
    assert {m.backend: m.persistent for m in balancer.members() if m.host == "web1"} == {
        "shop/web1": False,
        "other/web1": True,
    }

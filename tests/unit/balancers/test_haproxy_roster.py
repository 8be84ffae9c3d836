"""Which server is which host."""

from typing import Any

import pytest

from tests.unit.balancers.fake_haproxy import FakeServer
from tests.unit.balancers.test_haproxy_reading import reading
from zdd.balancers.haproxy_roster import Roster

HOSTS = {
    "web1": "10.0.0.1",
    "web2": "10.0.0.2",
    "twin1": "10.0.0.3",
    "twin2": "10.0.0.3",
    "v6": "FE80:0::1",
    "dns": "Web.x.",
}


@pytest.mark.parametrize(
    ("changes", "owner"),
    [
        ({"name": "web1"}, "web1"),
        ({"name": "web1", "address": "10.0.0.2"}, "web1"),
        ({"name": "s1", "address": "10.0.0.1"}, "web1"),
        ({"name": "twin1", "address": "10.0.0.3"}, "twin1"),
        ({"name": "s3", "address": "10.0.0.3"}, None),
        ({"name": "s4", "address": "fe80::1"}, "v6"),
        ({"name": "s5", "address": "10.9.9.9", "fqdn": "web.X"}, "dns"),
        ({"name": "s6", "address": "10.9.9.9"}, None),
        ({"name": "s7", "address": "-"}, None),
    ],
)
def test_by_name_else_by_the_address_of_one_host(changes: dict[str, Any], owner: str | None) -> None:
    found = Roster(HOSTS, HOSTS).servers(reading(FakeServer(**changes)))
    assert [host for host, _ in found] == ([owner] if owner else [])


def test_hosts_that_it_does_not_serve_are_not_its_members() -> None:
    two = reading(FakeServer(name="web1"), FakeServer(name="s2", address="10.0.0.2"))
    assert [host for host, _ in Roster(("web1",), HOSTS).servers(two)] == ["web1"]


def test_a_host_may_be_several_servers() -> None:
    two = reading(FakeServer(name="web1"), FakeServer(name="old", address="10.0.0.1"), FakeServer(backend="other"))
    assert [server.id for _, server in Roster(HOSTS, HOSTS).servers(two)] == ["shop/web1", "shop/old", "other/web1"]
    assert [server.id for _, server in Roster(HOSTS, HOSTS, ["other"]).servers(two)] == ["other/web1"]

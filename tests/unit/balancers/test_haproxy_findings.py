"""What preflight says of an HAProxy that answers."""

from collections.abc import Sequence
from typing import Any

from tests.unit.balancers.fake_haproxy import FakeServer
from tests.unit.balancers.test_haproxy_reading import reading
from zdd.balancers.haproxy_findings import findings
from zdd.balancers.haproxy_roster import Roster
from zdd.errors import Finding

HOSTS = {"web1": "10.0.0.1", "web2": "10.0.0.2"}


def found(
    *servers: FakeServer,
    hosts: Sequence[str] = ("web1",),
    backends: Sequence[str] = (),
    saves: bool = True,
    **haproxy: Any,
) -> list[Finding]:
    return list(findings("lb1", reading(*servers, **haproxy), Roster(HOSTS, HOSTS, backends), hosts, saves=saves))


def test_nothing_to_say() -> None:
    assert found(FakeServer()) == []


def test_more_than_one_process_is_refused() -> None:
    (finding,) = found(FakeServer(), processes=4)
    assert str(finding).startswith("lb1: HAProxy runs 4 processes")
    assert not finding.warning


def test_a_socket_that_may_not_change_anything() -> None:
    (finding,) = found(FakeServer(), level="operator")
    assert "level operator" in finding.what
    assert "level admin" in finding.remedy
    assert not finding.warning


def test_no_state_file_is_a_warning() -> None:
    (finding,) = found(FakeServer(), saves=False)
    assert "a reload forgets" in finding.what
    assert finding.warning


def test_a_host_that_it_does_not_know() -> None:
    (near,) = found(FakeServer(), FakeServer(name="wbe2", address="10.0.0.9"), hosts=("web1", "web2"))
    assert str(near) == "lb1: does not know web2, neither by name nor by address (did you mean wbe2?)"
    (far,) = found(FakeServer(), hosts=("web2",))
    assert "ansible_host" in far.remedy, "web1 is somebody else"
    assert not near.warning


def test_a_backend_that_is_not_there() -> None:
    first, *_ = found(FakeServer(), backends=["shpo"])
    assert str(first) == "lb1: has no backend shpo with servers (did you mean shop?)"
    assert not first.warning


def test_a_backend_that_the_playbook_leaves_out() -> None:
    (finding,) = found(FakeServer(), FakeServer(backend="other"), backends=["shop"])
    assert "other/web1" in finding.what
    assert finding.warning


def test_a_host_twice_in_one_backend() -> None:
    (finding,) = found(FakeServer(), FakeServer(name="old"), FakeServer(backend="other"))
    assert finding.what.startswith("web1 is 2 servers of shop")
    assert finding.warning


def test_no_check() -> None:
    (finding,) = found(FakeServer(check_state=0, check_status="", status="no check"))
    assert "never notices that web1 is dead" in finding.what
    assert finding.warning


def test_an_agent_that_would_be_enabled_again() -> None:
    (finding,) = found(FakeServer(agent_state=18))
    assert finding.warning and "comes back with its agent enabled" in finding.what
    assert found(FakeServer(agent_state=22)) == found(FakeServer(agent_state=18, bits=1, status="MAINT")) == []

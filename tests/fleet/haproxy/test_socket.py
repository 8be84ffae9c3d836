"""The socket: whatever speaks to it, what it refuses, and when it is not there."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from tests.fleet.haproxy.shop import SHOP, Start, adapter, admins
from tests.fleet.local import LocalSession
from tests.fleet.real_haproxy import RealHAProxy, eventually
from zdd.errors import Failed, Lost


def test_a_refusal_is_read_though_socat_says_all_went_well(start: Start, haproxy: RealHAProxy) -> None:
    start()
    balancer = adapter(haproxy, socket=str(haproxy.folder / "operator.sock"))
    with pytest.raises(Failed, match="set server shop/web1 state drain") as caught:
        balancer.drain("web1")
    assert caught.value.cause == "environment"
    assert "Permission denied" in caught.value.output
    assert admins(balancer)["shop/web1"] == "ready"
    assert "level operator" in "\n".join(map(str, balancer.check(("web1",))))


def test_an_unknown_server_or_backend_is_said(start: Start, haproxy: RealHAProxy) -> None:
    start(SHOP.replace("web2 {web2}", "wbe2 127.0.7.9:8080"))
    balancer = adapter(haproxy)
    with pytest.raises(Failed, match="lb1 does not know web2"):
        balancer.drain("web2")
    assert "does not know web2, neither by name nor by address (did you mean wbe2?)" in str(
        balancer.check(("web2",))[-1]
    )
    misspelt = adapter(haproxy, backends=["shpo"])
    assert misspelt.members() == ()
    assert "has no backend shpo with servers (did you mean shop?)" in "\n".join(map(str, misspelt.check(())))


@pytest.mark.parametrize("tool", ["socat", "nc", "python3"])
def test_whatever_speaks_to_a_socket_will_do(tool: str, start: Start, haproxy: RealHAProxy) -> None:
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    start()
    balancer = adapter(
        haproxy, LocalSession(env={"PATH": only(haproxy.folder, tool)}), state_file=str(haproxy.folder / "state")
    )
    balancer.drain("web1")
    assert admins(balancer)["shop/web1"] == "drain"
    assert (haproxy.folder / "state").read_text().startswith("1\n# be_id")


def test_nothing_that_speaks_to_a_socket(start: Start, haproxy: RealHAProxy) -> None:
    start()
    balancer = adapter(haproxy, LocalSession(env={"PATH": only(haproxy.folder)}))
    with pytest.raises(Lost, match="install the package socat") as caught:
        balancer.members()
    assert caught.value.cause == "environment"


def only(folder: Path, *tools: str) -> str:
    """A PATH with these, and with what every system has."""
    path = folder / "bin"
    path.mkdir()
    for tool in (*tools, "grep", "flock", "head", "tail", "mv"):
        program = shutil.which(tool, path="/usr/bin:/bin" + os.pathsep + os.environ["PATH"])
        assert program, tool
        (path / tool).symlink_to(program)
    return str(path)


def test_no_socket_is_lost_and_says_what_to_write(haproxy: RealHAProxy) -> None:
    balancer = adapter(haproxy)
    with pytest.raises(Lost, match=r"no socket is there .*`socket`"):
        balancer.members()
    (finding,) = balancer.check(("web1",))
    assert (finding.where, finding.warning) == ("lb1", False)


def test_a_stopped_haproxy_is_lost(start: Start, haproxy: RealHAProxy) -> None:
    balancer = start()
    assert haproxy.process
    haproxy.process.kill()
    haproxy.process.wait(5)
    eventually(lambda: refused(haproxy))
    with pytest.raises(Lost, match="nobody answers"):
        balancer.drain("web1")


def refused(haproxy: RealHAProxy) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(haproxy.folder / "admin.sock")) != 0

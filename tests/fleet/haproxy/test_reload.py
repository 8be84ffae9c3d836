"""A reload forgets what was set, unless there is a state file."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fleet.haproxy.shop import SHOP, Start, admins, of, up
from tests.fleet.real_haproxy import RealHAProxy, eventually
from tests.fleet.web_app import WebApp
from zdd.errors import Failed


def test_a_reload_forgets_and_the_next_reading_says_so(start: Start, haproxy: RealHAProxy) -> None:
    balancer = start()
    up(balancer, "shop/web1")
    balancer.shut("web1")
    haproxy.reload()
    assert admins(balancer)["shop/web1"] == "ready"


def test_with_a_state_file_a_reload_forgets_nothing(
    start: Start, haproxy: RealHAProxy, apps: dict[str, WebApp]
) -> None:
    state = haproxy.folder / "state"
    config = SHOP + "    load-server-state-from-file global\n"
    balancer = start(config, state_file=str(state))
    up(balancer, "shop/web1", "shop/web2")
    balancer.drain("web1")
    haproxy.reload()
    assert admins(balancer)["shop/web1"] == "drain"

    balancer.shut("web1")
    apps["web1"].status = 500
    balancer.enable("web1")
    haproxy.reload()
    assert of(balancer, "shop/web1").status.startswith("DOWN"), "a reload is no reason to trust it"
    assert haproxy.get("/") == haproxy.get("/") == 200
    assert apps["web1"].asked == []

    apps["web1"].status = 200
    up(balancer, "shop/web1")
    haproxy.reload()
    assert not of(balancer, "shop/web1").status.startswith("DOWN"), "the next reload begins without it"
    assert [file.name for file in haproxy.folder.glob("state*")] == ["state"]


def test_a_state_file_that_cannot_be_written(start: Start, haproxy: RealHAProxy) -> None:
    balancer = start(state_file=str(haproxy.folder / "absent" / "state"))
    with pytest.raises(Failed, match=r"its state file .* could not be written"):
        balancer.drain("web1")


def test_a_process_that_a_reload_left_behind_is_counted_until_it_is_gone(
    start: Start, haproxy: RealHAProxy, apps: dict[str, WebApp]
) -> None:
    """What is in flight there, the new process knows nothing of, nor does the old one of any drain since."""
    balancer = start(SHOP.replace("server web2 {web2} check", ""))
    up(balancer, "shop/web1")
    assert of(balancer, "shop/web1").leaving == 0
    with ThreadPoolExecutor(1) as client:
        answer = client.submit(haproxy.get, "/slow")
        eventually(lambda: of(balancer, "shop/web1").sessions == 1)
        haproxy.reload()
        member = of(balancer, "shop/web1")
        assert (member.sessions, member.leaving) == (0, 1)
        apps["web1"].go.set()
        assert answer.result() == 200
    eventually(lambda: of(balancer, "shop/web1").leaving == 0)

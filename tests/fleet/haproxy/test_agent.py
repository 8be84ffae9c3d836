"""Agents beside the checks: HAProxy asks one for the state of its server, and a word of it ends drain and maint."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.fleet.haproxy.shop import SHOP, Start, admins, of, up
from tests.fleet.real_haproxy import RealHAProxy, eventually
from tests.fleet.web_app import WebApp

WATCHED = "{{{host}}} check agent-check agent-addr {address} agent-port {port} agent-inter 50ms"


class Agent(socketserver.TCPServer):
    """Says one word to whoever comes."""

    allow_reuse_address = True

    def __init__(self, address: str) -> None:
        super().__init__((address, 0), _Handler)
        self.word, self.asked = "ready up", 0

    @property
    def place(self) -> dict[str, object]:
        return {"address": self.server_address[0], "port": self.server_address[1]}


class _Handler(socketserver.BaseRequestHandler):
    server: Agent

    def handle(self) -> None:
        self.server.asked += 1
        self.request.sendall(f"{self.server.word}\n".encode())


@contextmanager
def running(address: str) -> Iterator[Agent]:
    with Agent(address) as agent:
        thread = threading.Thread(target=agent.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield agent
        finally:
            agent.shutdown()
            thread.join()


@pytest.fixture
def agents() -> Iterator[dict[str, Agent]]:
    with ExitStack() as stack:
        yield {f"web{n}": stack.enter_context(running(f"127.0.7.{n}")) for n in (1, 2)}


def watched(agents: dict[str, Agent]) -> str:
    config = SHOP
    for host, agent in agents.items():
        config = config.replace(f"{{{host}}} check", WATCHED.format(host=host, **agent.place))
    return config


def a_while(agents: dict[str, Agent]) -> None:
    """Time for every agent to have been asked several times."""
    enough = agents["web2"].asked + 8
    eventually(lambda: agents["web2"].asked >= enough)


def test_an_agent_that_says_ready_does_not_bring_back_who_is_out(
    start: Start, haproxy: RealHAProxy, agents: dict[str, Agent]
) -> None:
    balancer = start(watched(agents))
    up(balancer, "shop/web1", "shop/web2")
    for take_out, state in ((balancer.drain, "drain"), (balancer.shut, "maint")):
        take_out("web1")
        a_while(agents)
        assert admins(balancer) == {"shop/web1": state, "shop/web2": "ready"}
    before = agents["web1"].asked
    a_while(agents)
    assert agents["web1"].asked == before


def test_who_comes_back_is_asked_again_and_gets_nothing_before_its_check_passes(
    start: Start, haproxy: RealHAProxy, agents: dict[str, Agent], apps: dict[str, WebApp]
) -> None:
    balancer = start(watched(agents))
    up(balancer, "shop/web1", "shop/web2")
    balancer.shut("web1")
    apps["web1"].status = 500
    before = agents["web1"].asked
    balancer.enable("web1")
    eventually(lambda: agents["web1"].asked > before + 3)
    assert [haproxy.get("/") for _ in range(20)] == [200] * 20
    assert apps["web1"].asked == [] and not of(balancer, "shop/web1").up
    apps["web1"].status = 200
    up(balancer, "shop/web1")


def test_a_part_of_the_weight_is_all_that_an_agent_gives(start: Start, agents: dict[str, Agent]) -> None:
    agents["web1"].word = "ready up 30%"
    balancer = start(watched(agents).replace("agent-inter 50ms", "agent-inter 50ms weight 100"))
    up(balancer, "shop/web1", "shop/web2")
    a_while(agents)
    assert of(balancer, "shop/web1").up


def test_a_reload_that_keeps_the_state_keeps_the_agent_quiet(
    start: Start, haproxy: RealHAProxy, agents: dict[str, Agent]
) -> None:
    state = haproxy.folder / "state"
    state.touch()
    loads = watched(agents).replace("listen shop\n", "listen shop\n    load-server-state-from-file global\n")
    balancer = start(loads, state_file=str(state))
    up(balancer, "shop/web1", "shop/web2")
    balancer.shut("web1")
    haproxy.reload()
    a_while(agents)
    assert admins(balancer)["shop/web1"] == "maint"


def test_an_agent_that_somebody_has_disabled_is_a_finding(
    start: Start, haproxy: RealHAProxy, agents: dict[str, Agent]
) -> None:
    balancer = start(watched(agents))
    haproxy.tell("disable agent shop/web1")
    (said,) = (str(f) for f in balancer.check(("web1", "web2")) if "agent" in str(f))
    assert "the agent of shop/web1 is disabled" in said

"""The adapter against an HAProxy that is text: what it asks, in what order, and what it makes of the answers."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.balancers.fake_haproxy import FakeHAProxy, FakeServer
from zdd.balancers import Balancer
from zdd.balancers.haproxy import HAProxy, HAProxyOptions
from zdd.balancers.table import BALANCERS, balancer
from zdd.errors import Failed, LeaseLost, Lost, Unreachable
from zdd.model import BalancerSpec
from zdd.transport import Command, Result, Session

ADDRESSES = {"web1": "10.0.0.1", "web2": "10.0.0.2"}
WEB1, WEB2 = FakeServer(), FakeServer(name="web2", address="10.0.0.2")


def adapter(session: Session, **options: Any) -> HAProxy:
    spec = BalancerSpec(name="lb1", kind="haproxy", on="lb1", serves=("web1", "web2"), options=options)
    return HAProxy(spec, lambda: session, ADDRESSES)


def fake(*servers: FakeServer, **options: Any) -> FakeHAProxy:
    return FakeHAProxy([replace(server) for server in servers or (WEB1, WEB2)], **options)


def test_the_table_makes_it_and_knows_its_keys() -> None:
    spec = BalancerSpec(name="lb1", kind="haproxy", on="lb1", serves=("web1",))
    made: Balancer = balancer(spec, lambda: fake(), ADDRESSES)
    assert [member.host for member in made.members()] == ["web1"]
    assert BALANCERS["haproxy"].keys is HAProxyOptions


def test_a_reading_is_one_exchange_that_changes_nothing() -> None:
    session = fake()
    adapter(session).members()
    (command,) = session.commands
    assert (command.changes, command.become, command.args["state_file"]) == (False, "", "")


def test_a_change_is_read_back_in_the_same_exchange() -> None:
    session = fake()
    adapter(session, become=True, state_file="/var/lib/haproxy/state").shut("web1")
    look, change = session.commands
    assert (look.changes, look.become, look.args["state_file"]) == (False, "root", "")
    assert (change.changes, change.become, change.args["state_file"]) == (True, "root", "/var/lib/haproxy/state")
    assert change.args["lines"][0] == "set server shop/web1 state maint"
    assert "show servers state" in change.args["lines"]


def test_back_from_down_those_with_a_check_first() -> None:
    shut = replace(WEB1, bits=1, status="MAINT")
    session = fake(replace(shut, backend="early", tracked="shop/web1", check_state=0, check_status=""), shut)
    adapter(session).enable("web1")
    assert session.changes == [
        "set server shop/web1 state drain",
        "set server shop/web1 health down",
        "set server shop/web1 state ready",
        "set server early/web1 state ready",
    ]


def test_enable_touches_only_what_is_not_ready() -> None:
    session = fake(WEB1, replace(WEB1, backend="other", bits=1, check_state=0, check_status=""))
    adapter(session).enable("web1")
    assert session.changes == ["set server other/web1 state ready"]
    adapter(session).enable("web1")
    assert len(session.changes) == 1


def test_drain_leaves_maint_and_shut_takes_all() -> None:
    session = fake(WEB1, replace(WEB1, backend="other", bits=1))
    adapter(session).drain("web1")
    assert session.changes == ["set server shop/web1 state drain"]
    adapter(session).shut("web1")
    assert session.changes[1:] == ["set server shop/web1 state maint", "set server other/web1 state maint"]


def test_shut_forces_what_was_in_maint_for_its_own_reason() -> None:
    session = fake(replace(WEB1, bits=32, status="MAINT (resolution)"))
    adapter(session).shut("web1")
    assert session.changes == ["set server shop/web1 state maint"]


@pytest.mark.parametrize(("verb", "admin"), [("drain", "drain"), ("shut", "maint")])
def test_what_was_not_done_is_seen(verb: str, admin: str) -> None:
    session = fake(deaf=True)
    with pytest.raises(Failed, match=f"set shop/web1 to {admin}, and it is ready") as caught:
        getattr(adapter(session), verb)("web1")
    assert caught.value.cause == "environment"


def test_still_in_maint_after_enable() -> None:
    session = fake(replace(WEB1, bits=2, status="MAINT (via shop/web9)"), deaf=True)
    with pytest.raises(Failed, match=r"it is maint \(DOWN\)"):
        adapter(session).enable("web1")


def test_the_reply_to_every_line_counts() -> None:
    session = fake(WEB1, replace(WEB1, backend="other"), level="operator")
    with pytest.raises(Failed, match="lb1 refused to set server shop/web1 state drain: Permission denied") as caught:
        adapter(session).drain("web1")
    assert caught.value.output.count("Permission denied") == 2


def test_a_server_that_vanished_is_not_out() -> None:
    class Reloaded(FakeHAProxy):
        def answer(self, line: str) -> str:
            reply = super().answer(line)
            if line.startswith("set server other/"):
                self.servers.pop()
            return reply

    session = Reloaded([replace(WEB1), replace(WEB1, backend="other")])
    with pytest.raises(Failed, match="set other/web1 to drain, and it is gone"):
        adapter(session).drain("web1")


def test_unknown_hosts_are_said() -> None:
    with pytest.raises(Failed, match="lb1 does not know web2"):
        adapter(fake(WEB1)).shut("web2")


@pytest.mark.parametrize("cut", [1, 2, 40, 200])
def test_a_truncated_answer_is_lost(cut: int) -> None:
    session = fake(twist=lambda result: replace(result, out=result.out[:-cut]))
    with pytest.raises(Lost, match="5 things") as caught:
        adapter(session).members()
    assert caught.value.cause == "environment"


@pytest.mark.parametrize("error", [Lost, Unreachable])
def test_the_machine_itself_is_lost(error: type[Lost]) -> None:
    class Dead(FakeHAProxy):
        def run(self, command: Command) -> Result:
            raise error("no route to host")

    with pytest.raises(error, match="lb1: no route to host") as caught:
        adapter(Dead([])).members()
    assert caught.value.cause == "environment"


def test_a_higher_epoch_is_not_made_into_something_else() -> None:
    class Taken(FakeHAProxy):
        def run(self, command: Command) -> Result:
            raise LeaseLost("epoch 8")

    with pytest.raises(LeaseLost):
        adapter(Taken([])).members()


@pytest.mark.parametrize(
    ("exit", "words"),
    [
        (66, "no socket is there"),
        (69, "install the package socat"),
        (77, "may not write .*become: true"),
        (1, "nobody answers"),
    ],
)
def test_silence_has_a_reason_and_a_remedy(exit: int, words: str) -> None:
    session = fake(twist=lambda result: Result(exit=exit, err="what the tool said\n"))
    with pytest.raises(Lost, match=words) as caught:
        adapter(session).members()
    assert (caught.value.cause, caught.value.output) == ("environment", "what the tool said")


def test_the_state_file_is_written_again_when_the_host_has_arrived() -> None:
    session = fake(replace(WEB1, bits=1, status="MAINT"), WEB2)
    balancer = adapter(session, state_file="/var/lib/haproxy/state")
    balancer.enable("web1")
    balancer.members()
    assert not session.commands[-1].changes, "it is still down"

    session.servers[0].status, session.servers[0].health = "UP", "4"
    balancer.members()
    assert session.commands[-1].args["state_file"] == "/var/lib/haproxy/state"
    balancer.members()
    assert not session.commands[-1].changes


@pytest.mark.parametrize(
    "options",
    [{"socket": "admin.sock"}, {"socket": "/run/a,b"}, {"backend": ["shop"]}, {"backends": "shop"}, {"state_file": ""}],
)
def test_keys_that_cannot_be(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        HAProxyOptions.model_validate(options)


def test_a_process_that_a_reload_left_behind_may_send_on_what_it_had_not_shut() -> None:
    session = fake()
    balancer = adapter(session)
    balancer.shut("web1")
    assert leaving(balancer) == {"web1": 0, "web2": 0}
    session.pid, session.left = 4712, "4711 "
    assert leaving(balancer) == {"web1": 0, "web2": 1}
    assert leaving(adapter(session)) == {"web1": 1, "web2": 1}, "who has not seen it shut there cannot tell"


def test_with_a_request_in_flight_it_is_awaited() -> None:
    session = fake(replace(WEB1, sessions=1))
    balancer = adapter(session)
    balancer.shut("web1")
    balancer.members()
    session.pid, session.left = 4712, "4711 "
    session.servers[0].sessions = 0
    assert leaving(balancer) == {"web1": 1}


def leaving(balancer: HAProxy) -> dict[str, int]:
    return {member.host: member.leaving for member in balancer.members()}


def test_an_agent_is_not_asked_while_its_server_is_out() -> None:
    session = fake(replace(WEB1, agent_state=22))
    balancer = adapter(session)
    balancer.drain("web1")
    assert session.changes == ["disable agent shop/web1", "set server shop/web1 state drain"]
    balancer.shut("web1")
    balancer.enable("web1")
    assert session.changes[2:] == [
        "set server shop/web1 state maint",
        "set server shop/web1 state drain",
        "set server shop/web1 health down",
        "set server shop/web1 state ready",
        "enable agent shop/web1",
    ]

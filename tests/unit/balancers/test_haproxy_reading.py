"""What the answers of HAProxy mean, and that nothing else comes of nonsense than `Lost`."""

import contextlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.balancers.fake_haproxy import STATES, STATS, FakeHAProxy, FakeServer
from zdd.balancers.haproxy_reading import QUESTIONS, Reading, Server, read
from zdd.errors import Lost

TRACKER = FakeServer(name="tracker", tracked="shop/web1", check_state=0, check_status="")


def reading(*servers: FakeServer, **options: Any) -> Reading:
    haproxy = FakeHAProxy(list(servers), **options)
    return read([haproxy.answer(question) for question in QUESTIONS])


def server(**changes: Any) -> Server:
    return reading(FakeServer(**changes)).servers["shop/web1"]


@pytest.mark.parametrize(
    ("bits", "admin"),
    [
        *((0, "ready"), (4, "ready"), (8, "drain"), (12, "drain"), (16, "drain")),
        *((1, "maint"), (2, "maint"), (5, "maint"), (9, "maint"), (32, "maint"), (64, "maint")),
    ],
)
def test_the_bits_of_the_admin_state(bits: int, admin: str) -> None:
    assert server(bits=bits).admin == admin


@pytest.mark.parametrize(
    ("changes", "up"),
    [
        ({}, True),
        ({"check_status": "* L7OK"}, True),
        ({"status": "no check", "check_state": 0, "check_status": ""}, True),
        ({"status": "UP 1/3", "health": "2"}, False),
        ({"health": "3"}, False),
        ({"check_status": "L7TOUT"}, False),
        ({"check_status": "INI"}, False),
        ({"check_status": ""}, False),
        ({"throttle": "57"}, False),
        ({"weight": 5, "configured": 10}, False),
        ({"weight": 20, "configured": 10}, False),
        ({"weight": 0, "configured": 0}, False),
        ({"weight": 5, "configured": 10, "agent_state": 22}, True),
        ({"weight": 5, "configured": 10, "agent_state": 18}, True),
        ({"weight": 0, "configured": 10, "agent_state": 22}, False),
        ({"backup": True}, False),
        ({"status": "NOLB"}, False),
        ({"status": "DRAIN"}, False),
        ({"status": "DOWN (agent)"}, False),
    ],
)
def test_who_takes_a_full_share(changes: dict[str, Any], up: bool) -> None:
    found = reading(FakeServer(**changes))
    assert found.up(found.servers["shop/web1"]) is up


@pytest.mark.parametrize(
    ("changes", "takes"),
    [
        ({}, True),
        ({"status": "UP 1/3", "health": "2"}, True),
        ({"throttle": "57"}, True),
        ({"weight": 5, "configured": 10}, True),
        ({"weight": 0}, False),
        ({"weight": 0, "cookie": "a"}, True),
        ({"backup": True}, True),
        ({"bits": 8, "status": "DRAIN"}, False),
        ({"bits": 8, "status": "DRAIN", "cookie": "a"}, True),
        ({"status": "NOLB", "cookie": "a"}, True),
        ({"bits": 8, "status": "DOWN", "cookie": "a"}, False),
        ({"bits": 1, "status": "MAINT", "cookie": "a"}, False),
        ({"status": "DOWN 1/2"}, False),
        ({"status": "DOWN (agent)"}, False),
    ],
)
def test_who_takes_any_traffic(changes: dict[str, Any], takes: bool) -> None:
    assert server(**changes).takes is takes


@pytest.mark.parametrize("changes", [{}, {"health": "3"}, {"check_status": "L4CON"}])
def test_who_tracks_is_as_healthy_as_whom_it_tracks(changes: dict[str, Any]) -> None:
    again = replace(TRACKER, name="again", tracked="shop/tracker")
    found = reading(again, TRACKER, FakeServer(**changes))
    assert found.up(found.servers["shop/again"]) is not bool(changes)
    assert found.checked(found.servers["shop/again"])


def test_who_tracks_itself_or_nobody_is_not_up() -> None:
    found = reading(replace(TRACKER, tracked="shop/tracker"), replace(TRACKER, name="lost", tracked="shop/gone"))
    assert not any(found.up(server) for server in found.servers.values())


def test_who_would_notice_a_dead_host() -> None:
    blind = FakeServer(check_state=0, check_status="")
    found = reading(blind, replace(blind, name="a", agent_state=22), FakeServer(name="p", check_state=14))
    assert {name: found.checked(server) for name, server in found.servers.items()} == {
        "shop/web1": False,
        "shop/a": True,
        "shop/p": True,
    }


def test_what_clients_stick_to() -> None:
    assert server(cookie="w1").sticky
    assert not server().sticky
    found = reading(FakeServer(), FakeServer(backend="shop2"), tables=("shop", "shop3"))
    assert {name: server.sticky for name, server in found.servers.items()} == {"shop/web1": True, "shop2/web1": False}


def test_addresses_also_by_the_name_that_was_resolved() -> None:
    assert server(address="10.0.0.1", fqdn="web1.internal").addresses == {"10.0.0.1", "web1.internal"}
    assert server(address="-").addresses == frozenset()


def test_the_process() -> None:
    found = reading(processes=2, level="operator")
    assert (found.pid, found.processes, found.level) == (4711, 2, "operator")


def test_a_server_without_a_state_may_take_traffic_so_it_is_an_error() -> None:
    haproxy = FakeHAProxy([FakeServer()])
    answers = [haproxy.answer(question) for question in QUESTIONS]
    answers[3] = "\n".join(answers[3].splitlines()[:2])
    with pytest.raises(Lost, match="cannot be read"):
        read(answers)


@pytest.mark.parametrize("tail", ["\nshop,web1,0,0,UP", '\n"shop'])
def test_a_line_that_is_cut_off_is_lost(tail: str) -> None:
    haproxy = FakeHAProxy([FakeServer()])
    answers = [haproxy.answer(question) for question in QUESTIONS]
    with pytest.raises(Lost, match="cannot be read"):
        read([*answers[:-1], answers[-1] + tail])


CELLS = st.one_of(st.text(max_size=8), st.integers(-5, 99).map(str), st.sampled_from(["UP", "shop", "web1", '"', ""]))
ROWS = st.lists(CELLS, max_size=16)
GARBAGE = st.one_of(
    st.text(max_size=80),
    st.lists(ROWS, max_size=3).map(lambda rows: "\n".join([f"# {STATS}", *map(",".join, rows)])),
    st.lists(ROWS, max_size=3).map(lambda rows: "\n".join(["1", f"# {STATES}", *map(" ".join, rows)])),
)


@given(st.lists(GARBAGE, max_size=6))
def test_nonsense_is_lost_and_nothing_else(answers: list[str]) -> None:
    with contextlib.suppress(Lost):
        read(answers)


@given(st.integers(0, 4), GARBAGE)
def test_nonsense_in_one_answer_is_lost_and_nothing_else(place: int, garbage: str) -> None:
    haproxy = FakeHAProxy([FakeServer(), TRACKER])
    answers = [haproxy.answer(question) for question in QUESTIONS]
    answers[place] = garbage
    with contextlib.suppress(Lost):
        found = read(answers)
        assert all(isinstance(found.up(server), bool) for server in found.servers.values())

"""Which connections stay open, on connections that are made of nothing."""

import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from zdd.errors import Lost, Unreachable
from zdd.model import Endpoint
from zdd.transport import Command, Result, sessions
from zdd.transport.openssh import Resolved
from zdd.transport.sessions import Sessions

LOOK = Command(verb="look", script=":")


@dataclass
class Connection:
    """One connection; `gate` holds back whatever runs on it."""

    name: str
    boot: str = "first"
    alive: bool = True
    busy: bool = False
    ran: list[str] = field(default_factory=list)
    gate: threading.Event | None = None
    breaks: bool = False  # at the next command

    def run(self, command: Command) -> Result:
        if not self.alive:
            raise Lost(f"{self.name} is gone")
        if self.breaks:
            self.alive = False
            raise Lost(f"{self.name} has broken")
        if self.gate and command.verb == "look":
            assert self.gate.wait(5)
        self.ran.append(command.verb)
        return Result(exit=0, out=f"{self.boot}\n")

    def close(self) -> None:
        self.alive = False

    @property
    def transport(self) -> "Connection":
        return self


@dataclass
class Net:
    """Makes them, and keeps them in order."""

    made: list[Connection] = field(default_factory=list)
    boot: str = "first"
    breaks: bool = False

    def connect(self, endpoint: Endpoint, *_: Any) -> Connection:
        self.made.append(Connection(endpoint.name, self.boot, breaks=self.breaks))
        return self.made[-1]

    def sessions(self, limit: int) -> Sessions:
        return Sessions(limit=limit, connect=self.connect, resolve=nowhere)  # type: ignore[arg-type]

    def open(self) -> list[str]:
        return [connection.name for connection in self.made if connection.alive]


def nowhere(endpoint: Endpoint) -> Resolved:
    return Resolved(address=endpoint.address, port=22, user="ops")


def host(name: str) -> Endpoint:
    return Endpoint(name=name, address=name)


def test_one_is_shared_and_opened_again_where_it_died() -> None:
    net = Net()
    web1 = net.sessions(4).open(host("web1"))
    web1.run(LOOK)
    web1.run(LOOK)
    assert len(net.made) == 1
    net.made[0].alive = False
    web1.run(LOOK)
    assert [connection.ran for connection in net.made] == [["look"] * 2, ["look"]]


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        (LOOK, 2),
        (Command(verb="look", script=":", changes=True), 1),
        (Command(verb="look", script=":", users_own=True), 1),
    ],
    ids=["a question", "a change", "the user's own"],
)
def test_only_a_question_is_asked_again_where_its_connection_breaks(command: Command, asked: int) -> None:
    net = Net()
    web1 = net.sessions(4).open(host("web1"))
    net.made[0].breaks = True
    if asked == 1:
        with pytest.raises(Lost):
            web1.run(command)
    else:
        assert web1.run(command).ok
    assert len(net.made) == asked


def test_it_is_asked_twice_at_most_and_a_silent_machine_once(monkeypatch: pytest.MonkeyPatch) -> None:
    net = Net(breaks=True)
    web1 = net.sessions(4).open(host("web1"))
    with pytest.raises(Lost, match="has broken"):
        web1.run(LOOK)
    assert len(net.made) == 2
    monkeypatch.setattr(sessions, "BREAKS", -1.0)
    with pytest.raises(Lost):
        web1.run(LOOK)
    assert len(net.made) == 3


def test_the_longest_unused_makes_room_also_under_the_hand_of_whoever_holds_it() -> None:
    net = Net()
    pool = net.sessions(2)
    held = [pool.open(host(name)) for name in ("web1", "web2")]
    held[0].run(LOOK)
    pool.open(host("web3"))
    assert net.open() == ["web1", "web3"]
    held[1].run(LOOK)
    assert net.open() == ["web3", "web2"]


@pytest.mark.parametrize("how", ["a command runs", "a stream is open"])
def test_a_busy_one_never_makes_room(how: str) -> None:
    net = Net()
    pool = net.sessions(2)
    web1, _ = pool.open(host("web1")), pool.open(host("web2"))
    gate = net.made[0].gate = threading.Event()
    running = threading.Thread(target=web1.run, args=(LOOK,))
    if how == "a command runs":
        running.start()
        while not pool._uses["web1"]:
            pass
    else:
        net.made[0].busy = True
    pool.open(host("web3"))
    assert net.open() == ["web1", "web3"]
    gate.set()
    if running.ident:
        running.join(5)
        assert net.made[0].ran == ["look"]


def test_one_that_is_lent_stays_open_however_long() -> None:
    net = Net()
    opened = net.sessions(2)
    with opened.open(host("web1")).lent() as transport:
        for other in ("web3", "web4"):
            opened.open(host(other)).run(LOOK)
        lent: object = transport
        assert lent is net.made[0] and net.made[0].alive
    opened.open(host("web5"))
    assert "web1" not in net.open()


def test_where_all_are_busy_whoever_needs_another_says_so_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "ROOM", 0.0)
    net = Net()
    pool = net.sessions(1)
    pool.open(host("web1"))
    net.made[0].busy = True
    with pytest.raises(Unreachable, match="1 connections are open"):
        pool.open(host("web2"))
    assert net.open() == ["web1"]


def test_a_machine_that_was_booted_meanwhile_is_not_taken_for_the_same_unseen() -> None:
    net = Net()
    pool = net.sessions(1)
    web1 = pool.open(host("web1"))
    pool.open(host("web2"))
    net.boot = "second"
    with pytest.raises(Lost, match="web1 was booted since"):
        web1.run(LOOK)
    web1.run(LOOK)
    assert net.open() == ["web1"]

"""All balancers of a play as one."""

from zdd.balancers import Member
from zdd.balancers.traffic import Snapshot, Traffic


class Still:
    """A balancer that says what it was given."""

    def __init__(self, name: str, *members: Member) -> None:
        self.name, self._members = name, members

    def members(self) -> tuple[Member, ...]:
        return self._members

    def drain(self, host: str) -> None: ...

    def shut(self, host: str) -> None: ...

    def enable(self, host: str) -> None: ...


def member(host: str, backend: str = "shop", *, up: bool = True, partly: bool = False) -> Member:
    return Member(host=host, backend=f"{backend}/{host}", admin="ready", up=up, partly=partly)


def snapshot(*members: Member, **others: tuple[Member, ...]) -> Snapshot:
    said = {"lb1": members, **others}
    return Snapshot(said, {name: frozenset(["web1", "web2"]) for name in said})


def test_who_serves_is_up_in_every_balancer_that_ought_to_know_it() -> None:
    both = (member("web1"), member("web2"))
    assert snapshot(*both, lb2=both).serving == {"web1", "web2"}
    assert snapshot(*both, lb2=(member("web1"), member("web2", up=False))).serving == {"web1"}
    assert snapshot(*both, lb2=(member("web1"),)).serving == {"web1"}, "lb2 ought to know web2"
    assert snapshot(member("web1"), member("web1", "api", up=False), member("web2")).serving == {"web2"}


def test_serving_agrees_with_up() -> None:
    seen = snapshot(member("web1"), member("web2", up=False), lb2=(member("web1"),))
    assert seen.serving == {host for host in ("web1", "web2") if seen.up(host)}


def test_nowhere_is_where_nobody_sends_anything() -> None:
    seen = snapshot(member("web1", up=False, partly=True), member("web2", up=False))
    assert not seen.nowhere("web1") and seen.nowhere("web2") and seen.nowhere("web9")
    assert not seen.serving


def test_the_last_one_is_also_who_takes_but_a_part() -> None:
    seen = snapshot(member("web1", up=False, partly=True), member("web2", up=False))
    assert seen.last_one("web1") == "shop on lb1"
    assert seen.last_one("web2") == "", "it takes nothing"
    assert snapshot(member("web1"), member("web2")).last_one("web1") == ""
    assert snapshot(member("web1"), member("web2")).last_one("web1", frozenset(["web2"])) == "shop on lb1"
    assert snapshot(member("web1"), member("web2", "api")).last_one("web1") == "shop on lb1"


def test_hosts_that_no_balancer_serves_are_asked_themselves() -> None:
    served = frozenset(["web1"])
    traffic = Traffic([Still("lb1", member("web1"))], {"lb1": served}, lambda: frozenset(["worker1"]))
    assert traffic.read().serving == served
    assert traffic.everyone().serving == {"web1", "worker1"}
    assert not traffic.everyone().nowhere("worker1") and traffic.everyone().up("worker1")
    assert Traffic([Still("lb1", member("web1"))], {"lb1": served}).everyone().serving == served

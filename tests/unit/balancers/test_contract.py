"""What every balancer of the table must be, also those of packages that are installed here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.balancers.fake_haproxy import FakeHAProxy, FakeServer
from zdd.balancers import Balancer
from zdd.balancers.table import BALANCERS, balancer
from zdd.errors import Failed, Lost
from zdd.model import BalancerSpec
from zdd.transport import Command, Result, Session

ADDRESSES = {"web1": "10.0.0.1", "web2": "10.0.0.2", "web3": "10.0.0.3"}


@dataclass(frozen=True)
class Example:
    """How one kind is tried: what a playbook writes, and a machine that answers for it and serves web1 and web2."""

    options: Mapping[str, Any]
    machine: Callable[[], Session]
    deaf: Callable[[], Session]  # says yes and does nothing


def haproxy(**about: Any) -> FakeHAProxy:
    return FakeHAProxy([FakeServer(), FakeServer(name="web2", address="10.0.0.2")], **about)


EXAMPLES: Mapping[str, Example] = {
    "haproxy": Example({"backends": ["shop"]}, haproxy, lambda: haproxy(deaf=True)),
}


class Silent:
    """A machine on which nobody answers."""

    name = "lb1"

    def run(self, command: Command) -> Result:
        return Result(exit=1, err="no")


def made(kind: str, session: Any = None) -> Balancer:
    options = BALANCERS[kind].keys.model_validate(EXAMPLES[kind].options).model_dump(mode="json", by_alias=True)
    there = session or EXAMPLES[kind].machine()
    spec = BalancerSpec(name="lb1", kind=kind, on="lb1", serves=tuple(ADDRESSES), options=options)
    return balancer(spec, lambda: there, ADDRESSES)


def admin(one: Balancer) -> dict[str, str]:
    return {member.host: member.admin for member in one.members()}


every = pytest.mark.parametrize("kind", list(BALANCERS))
verbs = pytest.mark.parametrize("verb", ["drain", "shut", "enable"])


@every
def test_there_is_an_example(kind: str) -> None:
    assert kind in EXAMPLES, f"write an example of `{kind}` into this suite"


@every
def test_unknown_keys_are_refused(kind: str) -> None:
    with pytest.raises(ValidationError):
        BALANCERS[kind].keys.model_validate({**EXAMPLES[kind].options, "no_such_key": 1})


@every
def test_it_has_the_name_of_the_plan_and_members_that_it_knows(kind: str) -> None:
    one = made(kind)
    assert one.name == "lb1"
    assert admin(one) == {"web1": "ready", "web2": "ready"}


@every
def test_out_and_back_and_each_word_twice(kind: str) -> None:
    one = made(kind)
    for verb, state in (("drain", "drain"), ("shut", "maint"), ("enable", "ready")):
        for _ in range(2):
            getattr(one, verb)("web1")
            assert admin(one) == {"web1": state, "web2": "ready"}


@every
def test_who_is_shut_is_not_drained_again(kind: str) -> None:
    """It would be up on the way."""
    one = made(kind)
    one.shut("web1")
    one.drain("web1")
    assert admin(one)["web1"] == "maint"


@every
@verbs
def test_a_host_that_it_does_not_know(kind: str, verb: str) -> None:
    with pytest.raises(Failed, match="web3") as caught:
        getattr(made(kind), verb)("web3")
    assert caught.value.cause == "environment"


@every
@pytest.mark.parametrize("verb", ["drain", "shut"])
def test_what_was_not_done_though_it_said_yes(kind: str, verb: str) -> None:
    with pytest.raises(Failed) as caught:
        getattr(made(kind, EXAMPLES[kind].deaf()), verb)("web1")
    assert caught.value.cause == "environment"


@every
@pytest.mark.parametrize("verb", ["members", "drain", "shut", "enable"])
def test_silence_is_lost_and_the_environments(kind: str, verb: str) -> None:
    with pytest.raises(Lost) as caught:
        getattr(made(kind, Silent()), verb)(*(["web1"] if verb != "members" else []))
    assert caught.value.cause == "environment"

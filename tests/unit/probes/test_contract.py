"""What every probe of the table must be, also those of packages that are installed here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.probes.fake_redis import FakeRedis
from tests.unit.steps.fakes import FakeSession
from zdd.model import ProbeSpec
from zdd.probes import Checked, Host, Probe
from zdd.probes.table import PROBES, probe
from zdd.transport import Channel, Result

EXAMPLES: Mapping[str, Any] = {
    "command": "jobs-in-hand",
    "connections": {"port": 8080},
    "rq": {"url": "redis://10.0.0.5", "service": "shop-worker"},
}


@dataclass
class Service:
    alive: frozenset[int] | None = frozenset()

    def start(self) -> None: ...

    def quiesce(self) -> None: ...

    def kill(self) -> None: ...

    def runs(self) -> bool:
        return bool(self.alive)

    def processes(self) -> frozenset[int] | None:
        return self.alive


class Silent(FakeSession):
    """A host that answers nothing that makes sense, and reaches nobody."""

    def run(self, command: Any) -> Result:
        super().run(command)
        return Result(exit=1, out="what?", err="no")


class Idle(FakeSession):
    """A host on which nothing is in hand."""

    def run(self, command: Any) -> Result:
        super().run(command)
        return Result(exit=0, out="0\n" if command.verb == "probe.busy" else "")

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        return FakeRedis().dial(address, port, timeout)


def made(kind: str, session: FakeSession, service: Service | None = None) -> Probe:
    options = PROBES[kind].keys.model_validate(EXAMPLES[kind]).model_dump(mode="json", by_alias=True)
    there = service or Service()
    host = Host(name="web1", address="10.0.0.1", session=lambda: session, service=lambda name: there)
    return probe(ProbeSpec(kind=kind, options=options), host)


every = pytest.mark.parametrize("kind", list(PROBES))


@every
def test_there_is_an_example(kind: str) -> None:
    assert kind in EXAMPLES, f"write an example of `{kind}` into this suite"


@every
def test_unknown_keys_are_refused(kind: str) -> None:
    written = EXAMPLES[kind] if isinstance(EXAMPLES[kind], dict) else {"command": EXAMPLES[kind]}
    with pytest.raises(ValidationError):
        PROBES[kind].keys.model_validate({**written, "no_such_key": 1})


@every
def test_it_says_what_it_counts_and_how_far_apart(kind: str) -> None:
    one = made(kind, Idle())
    assert one.unit
    assert one.unit == one.unit.lower()
    assert one.spacing >= 0.1


@every
def test_idle_is_zero(kind: str) -> None:
    assert made(kind, Idle()).busy() == 0


@every
def test_what_cannot_be_told_is_unknown_and_never_zero(kind: str) -> None:
    assert made(kind, Silent(), Service(alive=None)).busy() is None


@every
def test_a_reading_changes_nothing(kind: str) -> None:
    session = Idle()
    one = made(kind, session)
    one.busy()
    if isinstance(one, Checked):
        list(one.check())
    assert not any(command.changes for command in session.ran)


@every
def test_it_may_be_quiesced_and_resumed_twice(kind: str) -> None:
    one = made(kind, Idle())
    for say in (one.quiesce, one.quiesce, one.resume, one.resume):
        say()

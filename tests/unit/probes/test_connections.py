"""Connections, counted from tables as the kernel writes them, by the host's own shell."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.unit.steps.machine import Machine, machine
from zdd.model import ProbeSpec
from zdd.probes import Host, Probe
from zdd.probes.connections import Connections, ConnectionsKeys
from zdd.transport import Command, Result

__all__ = ["machine"]

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
PEER, REST = "0300000A:C350", "00000000:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 100 0 0 10 0"
MAPPED = "0000000000000000FFFF0000"


@dataclass
class Kernel(Machine):
    """The tables of a machine."""

    net: Path = Path()
    rows: dict[str, list[str]] = field(default_factory=lambda: {"tcp": [], "tcp6": []})

    def run(self, command: Command) -> Result:
        for name, rows in self.rows.items():
            (self.net / name).write_text(HEAD + "".join(rows))
        return super().run(replaced(command, script=command.script.replace("/proc/net", str(self.net))))

    def has(self, local: str, state: str = "01", peer: str = PEER) -> "Kernel":
        rows = self.rows["tcp6" if len(local) > 20 else "tcp"]
        rows.append(f"{len(rows):4}: {local} {peer if len(local) < 20 else MAPPED + peer} {state} {REST}\n")
        return self


@pytest.fixture
def kernel(machine: Machine, tmp_path: Path) -> Iterator[Kernel]:
    net = tmp_path / "net"
    net.mkdir()
    yield Kernel(shell=machine.shell, path=machine.path, net=net)


def probe(kernel: Kernel, at: str = "10.0.0.1", **options: object) -> Connections:
    def no_service(name: str) -> object:
        raise AssertionError(f"{name} is not asked")

    host = Host(name="web1", address=at, session=lambda: kernel, service=no_service)  # type: ignore[arg-type]
    spec = ProbeSpec(kind="connections", options={"port": 8080, **options})
    made: Probe = Connections(spec, host)
    assert isinstance(made, Connections)
    return made


OWN, OTHER = "0100000A:1F90", "0100000A:1F91"  # 10.0.0.1, ports 8080 and 8081


def test_none_is_idle(kernel: Kernel) -> None:
    assert probe(kernel).busy() == 0


def test_each_that_is_established_on_the_port(kernel: Kernel) -> None:
    kernel.has(OWN).has(OWN, peer="0400000A:C350").has(OTHER).has("0200000A:C351", peer=OWN)
    assert probe(kernel).busy() == 2


@pytest.mark.parametrize("state", ["02", "03", "04", "06", "08", "0A"])  # opening, closing, waiting, listening
def test_other_states_are_not_in_flight(kernel: Kernel, state: str) -> None:
    assert probe(kernel.has(OWN, state)).busy() == 0


def test_those_over_ipv6_too(kernel: Kernel) -> None:
    kernel.has(f"{MAPPED}0100000A:1F90").has("B80D0120000000000000000001000000:1F90")
    assert probe(kernel).busy() == 2


def test_without_ipv6_there_is_no_such_table(kernel: Kernel) -> None:
    del kernel.rows["tcp6"]
    assert probe(kernel.has(OWN)).busy() == 1


def test_every_address_of_the_machine_is_its_own(kernel: Kernel) -> None:
    """The balancer may come by another than we log in by: to count too many is safe, too few is not."""
    assert probe(kernel.has("0101A8C0:1F90"), "web1.example.com").busy() == 1


def test_a_loopback_address_has_neighbours(kernel: Kernel) -> None:
    kernel.has("0B0C467F:1F90").has(f"{MAPPED}0B0C467F:1F90").has("0C0C467F:1F90").has(f"{MAPPED}0C0C467F:1F90")
    assert probe(kernel, "127.70.12.11").busy() == 2


@pytest.mark.parametrize("own", ["10.0.0.1", "2001:db8::1", "2001:0DB8:0::1"])
def test_an_address_that_is_named(kernel: Kernel, own: str) -> None:
    kernel.has(OWN).has("B80D0120000000000000000001000000:1F90").has("0200000A:1F90")
    assert probe(kernel, "web1", address=own).busy() == 1


def test_what_cannot_be_read_is_unknown(kernel: Kernel) -> None:
    del kernel.rows["tcp"]
    assert probe(kernel).busy() is None


def test_a_port_on_which_nothing_listens_is_a_warning(kernel: Kernel) -> None:
    [finding] = probe(kernel.has(OTHER, "0A")).check()
    assert finding.warning
    assert "nothing listens on port 8080" in finding.what


@pytest.mark.parametrize("at", ["0B0C467F", "00000000", "0" * 32])
def test_on_its_own_address_or_all_of_them_it_listens(kernel: Kernel, at: str) -> None:
    assert not list(probe(kernel.has(f"{at}:1F90", "0A"), "127.70.12.11").check())


def test_a_neighbour_that_listens_is_none(kernel: Kernel) -> None:
    assert list(probe(kernel.has("0C0C467F:1F90", "0A"), "127.70.12.11").check())


@pytest.mark.parametrize(
    "written", [{}, {"port": 0}, {"port": 65536}, {"port": "http"}, {"port": 1, "address": "web1"}]
)
def test_keys_fail_closed(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ConnectionsKeys.model_validate(written)

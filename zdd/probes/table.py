"""The probes that exist, by the word a playbook uses."""

from collections.abc import Mapping
from typing import Protocol

from pydantic import BaseModel

from zdd.entries import Entries
from zdd.model import ProbeSpec
from zdd.probes import Host, Probe
from zdd.probes.command import CommandProbe
from zdd.probes.connections import Connections
from zdd.probes.rq import RQ


class Adapter(Protocol):
    """What makes a probe, and what a playbook may write under its name."""

    @property
    def keys(self) -> type[BaseModel]: ...

    def __call__(self, spec: ProbeSpec, host: Host) -> Probe: ...


OWN: Mapping[str, Adapter] = {"command": CommandProbe, "connections": Connections, "rq": RQ}
PROBES = Entries("zdd.probes", OWN)


def probe(spec: ProbeSpec, host: Host) -> Probe:
    return PROBES[spec.kind](spec, host)

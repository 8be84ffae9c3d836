"""What a host's probes are asked. One that fails names the line of the playbook that wants it."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from zdd.errors import written_at
from zdd.model import Task
from zdd.probes import Probe, Workers
from zdd.steps import Site
from zdd.steps.place import host_of

T = TypeVar("T")


def each_probe(site: Site, task: Task, ask: Callable[[Probe], T]) -> list[T]:
    """The answers of all."""
    return [_answer(origin, ask, probe) for origin, probe in _probes(site, task)]


def each_workers(site: Site, task: Task, ask: Callable[[Workers], T]) -> list[T]:
    """The answers of those that stop a service."""
    return [_answer(origin, ask, probe) for origin, probe in _probes(site, task) if isinstance(probe, Workers)]


def _probes(site: Site, task: Task) -> Iterator[tuple[str, Probe]]:
    host = host_of(task)
    specs = site.play.probes.get(host, ())
    return ((spec.origin, probe) for spec, probe in zip(specs, site.probes(host), strict=True))


def _answer(origin: str, ask: Callable[[Any], T], probe: Probe) -> T:
    with written_at(origin):
        return ask(probe)

"""Strategies are pure: hosts and recipe in, batches out. They never touch a connection."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from zdd.model import Batch, Pipeline, Task
from zdd.plan.sizes import Size, slices


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolling:
    """A few hosts at a time, from the first batch to the last."""

    fleet: str
    sizes: Sequence[Size]
    width: int
    pause: float = 0.0
    by: Mapping[str, str] | None = None  # host -> value: a batch per value

    def batches(self, ways: Mapping[str, Pipeline], nowhere: frozenset[str]) -> Iterable[Batch]:
        """Who serves nowhere goes first, as batch 0, so that the first batch after it is a canary that serves."""
        zero = [host for host in ways if host in nowhere]
        if zero:
            yield self._batch("batch 0", zero, ways, zero=True)
        for number, hosts in enumerate(self._cut([host for host in ways if host not in nowhere], len(ways)), 1):
            if number > 1 and self.pause:
                yield self._pause(number)
            yield self._batch(f"batch {number}", hosts, ways)

    def _cut(self, hosts: Sequence[str], of: int) -> list[tuple[str, ...]]:
        if self.by is None:
            return slices(hosts, self.sizes, of)
        values = dict.fromkeys(self.by[host] for host in hosts)
        return [tuple(host for host in hosts if self.by[host] == value) for value in values]

    def _batch(self, name: str, hosts: Sequence[str], ways: Mapping[str, Pipeline], *, zero: bool = False) -> Batch:
        pipelines = tuple(ways[host] for host in hosts)
        return Batch(name=name, pipelines=pipelines, width=min(self.width, len(hosts)), zero=zero)

    def _pause(self, number: int) -> Batch:
        task = Task(
            id=f"{self.fleet}//pause.{number}",
            step="pause",
            name=f"pause before batch {number}",
            args={"seconds": self.pause},
            timeout=self.pause + 60,
        )
        return Batch(name=task.name, pipelines=(Pipeline(host=None, tasks=(task,)),))

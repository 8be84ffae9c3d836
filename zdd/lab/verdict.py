"""What the demo has shown: one table, and whether it is good enough."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.table import Table

from zdd.lab.tally import Latency, Summary

ENOUGH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A roll from one version to another, as clients and balancers saw it."""

    versions: tuple[str, str]
    seen: Summary
    out: Mapping[str, float]  # host -> seconds
    runs: Mapping[str, str]  # host -> version

    def faults(self) -> Iterator[str]:
        """Why it is not good enough; nothing if it is."""
        if self.seen.failed:
            reasons = ", ".join(f"{count} × {reason}" for reason, count in self.seen.reasons.items())
            yield f"{self.seen.failed} requests failed: {reasons}"
        if self.seen.requests < ENOUGH:
            yield f"only {self.seen.requests} requests were made, {ENOUGH} are needed"
        for version in self.versions:
            if version not in self.seen.versions:
                yield f"{version} was not seen answering during the roll"
        for host, version in self.runs.items():
            if version != self.versions[1]:
                yield f"{host} runs {version or 'nothing'}, not {self.versions[1]}"

    def table(self) -> Table:
        old, new = self.versions
        table = Table(title=f"shop@lab: {old} → {new} under traffic", show_header=False, title_justify="left")
        for name, value in self.rows():
            table.add_row(name, value)
        return table

    def rows(self) -> Iterator[tuple[str, str]]:
        yield "requests", f"{self.seen.requests}, {self.seen.during_requests} of them during the roll"
        yield "failed", str(self.seen.failed)
        yield "p50 / p99 before", milliseconds(self.seen.before)
        yield "p50 / p99 during", milliseconds(self.seen.during)
        yield "versions seen during", ", ".join(self.seen.versions)
        for host, seconds in self.out.items():
            yield f"{host} out of service", f"{seconds:.1f} s"
        for host, version in self.runs.items():
            yield f"{host} runs", version or "nothing"


def milliseconds(latency: Latency) -> str:
    return f"{latency.p50 * 1000:.1f} / {latency.p99 * 1000:.1f} ms"

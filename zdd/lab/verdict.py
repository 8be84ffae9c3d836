"""What the demo has shown: one table, zdd beside a bare script, and whether it is good enough."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.table import Table

from zdd.lab.stretch import Seen
from zdd.lab.tally import Latency

ENOUGH_REQUESTS, ENOUGH_JOBS, ENOUGH_SECONDS = 3000, 150, 20.0

ROWS: tuple[tuple[str, Callable[[Seen], str]], ...] = (
    ("requests", lambda seen: str(seen.requests.requests)),
    ("  in rolls", lambda seen: f"{seen.during_requests} in {seen.seconds:.0f} s"),
    ("  failed", lambda seen: str(seen.requests.failed)),
    ("  sessions logged out", lambda seen: str(seen.requests.logged_out)),
    ("  assets not found", lambda seen: str(seen.requests.not_found)),
    ("jobs enqueued", lambda seen: str(seen.jobs.enqueued)),
    ("  lost", lambda seen: str(len(seen.jobs.lost))),
    ("  run twice", lambda seen: str(len(seen.jobs.twice))),
    ("p50 / p99 before", lambda seen: milliseconds(seen.requests.before)),
    ("p50 / p99 in rolls", lambda seen: milliseconds(seen.during)),
    ("releases seen", lambda seen: ", ".join(seen.requests.versions)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Both went from one version to another; zdd also tried two that are broken."""

    versions: tuple[str, str]
    zdd: Seen
    script: Seen

    def faults(self) -> Iterator[str]:
        """Why it is not good enough; nothing if it is."""
        yield from (f"zdd: {fault}" for fault in (*self._harm(), *self._too_little()))
        yield from (f"the bare script {fault}, so this proves nothing" for fault in self._harmless())

    def _harm(self) -> Iterator[str]:
        seen, jobs = self.zdd.requests, self.zdd.jobs
        if seen.failed:
            reasons = ", ".join(f"{count} × {reason}" for reason, count in seen.reasons.items())
            yield f"{seen.failed} requests failed: {reasons}"
        if seen.logged_out:
            yield f"{seen.logged_out} times somebody was logged out"
        if seen.not_found:
            yield f"{seen.not_found} assets were not found"
        if jobs.lost:
            yield f"{len(jobs.lost)} jobs were lost: {', '.join(jobs.lost)}"
        if jobs.twice:
            yield f"{len(jobs.twice)} jobs were run twice: {', '.join(jobs.twice)}"

    def _too_little(self) -> Iterator[str]:
        if self.zdd.requests.requests < ENOUGH_REQUESTS:
            yield f"only {self.zdd.requests.requests} requests were made, {ENOUGH_REQUESTS} are needed"
        if self.zdd.jobs.enqueued < ENOUGH_JOBS:
            yield f"only {self.zdd.jobs.enqueued} jobs were enqueued, {ENOUGH_JOBS} are needed"
        if self.zdd.seconds < ENOUGH_SECONDS:
            yield f"only {self.zdd.seconds:.0f} s of traffic were inside the rolls, {ENOUGH_SECONDS:.0f} are needed"
        for version in self.versions:
            if version not in self.zdd.requests.versions:
                yield f"{version} was not seen answering"
        for version in self.zdd.requests.versions:
            if version not in self.versions:
                yield f"{version} is broken, and was seen answering"
        for host, version in self.zdd.runs.items():
            if version != self.versions[1]:
                yield f"{host} runs {version or 'nothing'}, not {self.versions[1]}"

    def _harmless(self) -> Iterator[str]:
        if not self.script.requests.failed:
            yield "failed no request"
        if not (self.script.jobs.lost or self.script.jobs.twice):
            yield "lost no job"

    def table(self) -> Table:
        table = Table(title=f"shop@lab: {' → '.join(self.versions)} under traffic", title_justify="left")
        for head in ("", "zdd", "a bare script"):
            table.add_column(head)
        for name, row in self.rows():
            table.add_row(name, *row)
        return table

    def rows(self) -> Iterator[tuple[str, tuple[str, str]]]:
        for name, of in ROWS:
            yield name, (of(self.zdd), of(self.script))
        for host in self.zdd.runs:
            yield host, (of_host(self.zdd, host), of_host(self.script, host))


def of_host(seen: Seen, host: str) -> str:
    """Out of service: in the roll from the one version to the other."""
    return f"{seen.rolls[0].out[host]:.1f} s out, runs {seen.runs[host] or 'nothing'}"


def milliseconds(latency: Latency) -> str:
    return f"{latency.p50 * 1000:.1f} / {latency.p99 * 1000:.1f} ms"

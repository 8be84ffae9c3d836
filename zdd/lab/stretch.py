"""A stretch of time in which traffic and jobs flow while somebody changes the fleet."""

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from zdd.lab.health import answering
from zdd.lab.jobs import Count, Jobs, jobs
from zdd.lab.lab import Lab
from zdd.lab.outage import watched
from zdd.lab.tally import Latency, Summary, latency, summary
from zdd.lab.traffic import Traffic, traffic


@dataclass(frozen=True, slots=True)
class Roll:
    """One change of the fleet: wall clock, and seconds that each host was out of service."""

    since: float
    until: float
    out: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What clients, jobs and balancers saw of it."""

    requests: Summary  # `during` spans all rolls
    during: Latency
    during_requests: int
    jobs: Count
    rolls: Sequence[Roll]
    runs: Mapping[str, str]  # host -> version, at the end

    @property
    def seconds(self) -> float:
        """Of traffic inside the rolls."""
        return sum(roll.until - roll.since for roll in self.rolls)


@dataclass(slots=True)
class Stretch:
    """While it lasts."""

    lab: Lab
    client: Traffic
    stream: Jobs
    rolls: list[Roll] = field(default_factory=list)

    @contextlib.contextmanager
    def roll(self) -> Iterator[None]:
        with watched(self.lab) as out:
            since = time.time()
            yield
            self.rolls.append(Roll(since, time.time(), out))

    def seen(self) -> Seen:
        """When all traffic has stopped."""
        answers = self.client.answers()
        inside = [a for a in answers if any(roll.since <= a.at <= roll.until for roll in self.rolls)]
        return Seen(
            requests=summary(answers, self.rolls[0].since, self.rolls[-1].until),
            during=latency(inside),
            during_requests=len(inside),
            jobs=self.stream.settled(),
            rolls=tuple(self.rolls),
            runs={host.name: answering(host) for host in self.lab.web},
        )


@contextlib.contextmanager
def stretch(lab: Lab, name: str, *, assets: bool) -> Iterator[Stretch]:
    record = lab.folder / f"{name}.jsonl"
    with jobs(lab.redis_url, lab.folder / "jobs" / name) as stream, traffic(lab, record, assets=assets) as client:
        yield Stretch(lab, client, stream)

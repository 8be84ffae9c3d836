"""What the traffic saw, in numbers."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zdd.lab.request import LOGGED_OUT, NO_ASSET, Answer


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds, of the requests that did not fail. Not a number where there were none."""

    p50: float
    p99: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All of the traffic, and what of it fell into the roll."""

    requests: int
    failed: int
    logged_out: int
    not_found: int  # assets
    reasons: Mapping[str, int]
    before: Latency
    during: Latency
    during_requests: int
    versions: tuple[str, ...]  # that answered during the roll, in the order in which they appeared
    hosts: tuple[str, ...]


def read(record: Path) -> list[Answer]:
    """In the order in which they were asked. A last line that is still being written is left out."""
    lines = record.read_text().splitlines(keepends=True)
    answers = [Answer.read(line) for line in lines if line.endswith("\n")]
    return sorted(answers, key=lambda answer: answer.at)


def summary(answers: Sequence[Answer], since: float, until: float) -> Summary:
    reasons = Counter(answer.error for answer in answers if answer.failed)
    logged_out, not_found = reasons.pop(LOGGED_OUT, 0), reasons.pop(NO_ASSET, 0)
    during = [answer for answer in answers if since <= answer.at <= until]
    good = [answer for answer in during if not answer.failed]
    return Summary(
        requests=len(answers),
        failed=reasons.total(),
        logged_out=logged_out,
        not_found=not_found,
        reasons=reasons,
        before=latency(answer for answer in answers if answer.at < since),
        during=latency(during),
        during_requests=len(during),
        versions=tuple(dict.fromkeys(answer.version for answer in good if answer.version)),
        hosts=tuple(dict.fromkeys(answer.host for answer in good if answer.host)),
    )


def latency(answers: Iterable[Answer]) -> Latency:
    took = sorted(answer.latency for answer in answers if not answer.failed)
    return Latency(p50=percentile(took, 50), p99=percentile(took, 99))


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The nearest rank: a value that was really there."""
    if not ordered:
        return math.nan
    return ordered[math.ceil(percent / 100 * len(ordered)) - 1]

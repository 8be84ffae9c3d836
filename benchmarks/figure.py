"""One line of the tables: how zdd compares, and what it may at most be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run of one contestant."""

    wall: float  # seconds
    cpu: float = 0.0  # seconds, of its own process
    memory: float = 0.0  # MB at most
    phases: Mapping[str, float] = field(default_factory=dict)  # where the time went, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, of several runs: the middle and the ends."""

    work: str
    against: str
    what: str  # wall, CPU, …
    values: tuple[float, ...]
    most: float
    unit: str = "×"  # or "MB"

    @property
    def value(self) -> float:
        return median(self.values)

    @property
    def met(self) -> bool:
        return self.value <= self.most

    def cells(self) -> tuple[str, ...]:
        spread = f"{_short(min(self.values))} – {_short(max(self.values))}"
        verdict = "met" if self.met else "**missed**"
        most = f"{self.most:g} {self.unit}"
        middle, times = f"{_short(self.value)} {self.unit}", str(len(self.values))
        return (self.work, self.against, self.what, middle, spread, times, most, verdict)


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 10 else f"{number:.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one benchmark has to say: its figures, and where the time went."""

    figures: tuple[Figure, ...]
    phases: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # contestant -> phase -> part of all


def ratios(mine: Sequence[float], theirs: Sequence[float]) -> tuple[float, ...]:
    """Of pairs that ran one right after the other: what else the machine does then weighs on both."""
    return tuple(a / b for a, b in zip(mine, theirs, strict=True))


def shares(samples: Sequence[Sample], of: float) -> dict[str, float]:
    """Each phase, in the middle of the runs, as a part of `of` seconds."""
    names = dict.fromkeys(name for sample in samples for name in sample.phases)
    return {name: median(sample.phases.get(name, 0.0) for sample in samples) / of for name in names}

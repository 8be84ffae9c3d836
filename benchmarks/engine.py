"""The engine alone, from ten hosts to ten thousand: what one host costs must not grow with the fleet."""

from functools import partial

from benchmarks.contest import child, in_turns
from benchmarks.figure import Figure, Report, Sample, ratios

SIZES, YARDSTICK = (10, 100, 1_000, 10_000), 100
WALKED = 10_000  # hosts at least in one sample, by as many runs as it takes


def run(runs: int) -> Report:
    """CPU time and traced memory for each host, beside those of a fleet of a hundred."""
    cpu = in_turns(runs, {str(size): partial(measured, "cpu", size) for size in SIZES})
    memory = in_turns(1, {str(size): partial(measured, "memory", size) for size in SIZES})
    others = [size for size in SIZES if size != YARDSTICK]
    return Report(figures=tuple(figure for size in others for figure in figures(size, cpu, memory)))


def measured(what: str, size: int) -> Sample:
    times = walked(size) // size if what == "cpu" else 1
    return child("benchmarks.engine_by", what, str(size), str(times))


def walked(size: int) -> int:
    """How many hosts one sample of CPU time walks."""
    return max(1, WALKED // size) * size


def figures(size: int, cpu: dict[str, list[Sample]], memory: dict[str, list[Sample]]) -> tuple[Figure, Figure]:
    work, against = f"the engine alone, {size:,} simulated hosts", f"a fleet of {YARDSTICK}, per host"
    seconds = {
        name: [s.cpu / max(1, WALKED // int(name)) / int(name) for s in samples] for name, samples in cpu.items()
    }
    peaks = {name: [s.phases["peak"] / int(name) for s in samples] for name, samples in memory.items()}
    name, yardstick = str(size), str(YARDSTICK)
    return (
        Figure(work=work, against=against, what="CPU", values=ratios(seconds[name], seconds[yardstick]), most=1.1),
        Figure(work=work, against=against, what="memory", values=ratios(peaks[name], peaks[yardstick]), most=1.1),
    )

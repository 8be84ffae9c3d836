"""The note that people read: tables, how to read them, and on what kind of machine they came about."""

import os
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from benchmarks.contest import ROOT
from benchmarks.figure import Report

NOTE = ROOT / "docs" / "performance.md"
HEAD = ("work", "beside", "what", "middle", "from – to", "pairs", "at most", "")
WHERE = """\
## Where the time of a roll goes

The sum over all hosts, two of which are on their way at each moment, as a part of the bare script's whole roll."""
TEXT = Path(__file__).with_name("note.md").read_text()
WHY: Mapping[str, str] = yaml.safe_load(Path(__file__).with_name("missed.yml").read_text())


def note(reports: Mapping[str, Report]) -> str:
    phases = "".join(f"\n{WHERE}\n\n{_phases(report)}\n" for report in reports.values() if report.phases)
    return TEXT.format(table=table(reports.values()), machine=machine(), missed=missed(reports), phases=phases)


def missed(reports: Mapping[str, Report]) -> str:
    """Why, for each benchmark with a bar that was missed; nothing where all were met."""
    behind = {name: report for name, report in reports.items() if not all(figure.met for figure in report.figures)}
    whys = (
        WHY.get(name, f"**{report.figures[0].work}**: nobody has looked into it.") for name, report in behind.items()
    )
    lines = [f"- {why}\n" for why in whys]
    return f"\n## What was missed, and why\n\n{''.join(lines)}" if lines else ""


def table(reports: Iterable[Report]) -> str:
    rows = [figure.cells() for report in reports for figure in report.figures]
    return "\n".join(_row(cells) for cells in (HEAD, ("---",) * len(HEAD), *rows))


def _phases(report: Report) -> str:
    contestants = list(report.phases)
    names = dict.fromkeys(name for phases in report.phases.values() for name in phases)
    rows = [(name, *(_share(report.phases[who].get(name)) for who in contestants)) for name in names]
    return "\n".join(_row(cells) for cells in (("phase", *contestants), ("---",) * (len(contestants) + 1), *rows))


def _share(part: float | None) -> str:
    return "" if part is None else f"{part:.2f}"


def _row(cells: Iterable[str]) -> str:
    escaped = (cell.replace("|", r"\|") for cell in cells)  # else a pipe in a command would be a column
    return f"| {' | '.join(escaped)} |"


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, Linux, Python {platform.python_version()}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return next(names, platform.machine())

"""How long it takes until there is a word: `zdd --help`, and a pattern on an inventory of two thousand hosts."""

import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.contest import in_turns, timed
from benchmarks.figure import Figure, Report, ratios
from benchmarks.programs import program

HOSTS = 2000
HELP, MATCH = 0.3, 1.0  # seconds


def help_(runs: int) -> Report:
    """Shown as the part of the allowance that was used."""
    ways = {
        "zdd": partial(timed, [program("zdd"), "--help"]),
        "python": partial(timed, [sys.executable, "-c", "pass"]),
    }
    samples = in_turns(3 * runs, ways)
    over = (mine.cpu - theirs.cpu for mine, theirs in zip(samples["zdd"], samples["python"], strict=True))
    figure = Figure(
        work="`zdd --help`",
        against=f"`python -c pass` + {HELP} s",
        what="part of the extra time, as CPU time",
        values=tuple(seconds / HELP for seconds in over),
        most=1.0,
        unit="of it",
    )
    return Report(figures=(figure,))


def match(runs: int) -> Report:
    work = f"`zdd inventory match web`, {HOSTS:,} hosts"
    with tempfile.TemporaryDirectory(prefix="zdd-bench-") as folder:
        file = Path(folder) / "production.yml"
        file.write_text(inventory())
        ways = {
            "zdd": partial(timed, [program("zdd"), "inventory", "match", "web", "-i", str(file)]),
            "ansible": partial(timed, [program("ansible"), "web", "--list-hosts", "-i", str(file)]),
        }
        samples = in_turns(runs, ways)
    mine, theirs = ([s.wall for s in samples[name]] for name in ("zdd", "ansible"))
    alone = [s.cpu for s in samples["zdd"]]
    return Report(
        figures=(
            Figure(
                work=work,
                against=f"{MATCH} s",
                what="part of the time, as CPU time",
                values=tuple(seconds / MATCH for seconds in alone),
                most=1.0,
                unit="of it",
            ),
            Figure(
                work=work,
                against="`ansible web --list-hosts`",
                what="wall",
                values=ratios(mine, theirs),
                most=0.3,
            ),
        )
    )


def inventory() -> str:
    """Half of them web hosts, in four zones, each with variables of its own."""
    lines = ["all:", "  children:", "    web:", "      hosts:"]
    lines += [line for number in range(HOSTS // 2) for line in host(f"web{number}", number)]
    lines += ["    db:", "      hosts:"]
    lines += [line for number in range(HOSTS // 2) for line in host(f"db{number}", number + HOSTS // 2)]
    return "\n".join(lines) + "\n"


def host(name: str, number: int) -> tuple[str, ...]:
    return (
        f"        {name}:",
        f"          ansible_host: 10.0.{number // 250}.{number % 250 + 1}",
        f"          zone: zone{number % 4}",
    )

"""Run benchmarks: all of them, and write the note; or those that are named, and print them."""

import argparse
import sys
from collections.abc import Callable, Mapping

from benchmarks import commands, deploy, engine, roll, start, upload
from benchmarks.figure import Report
from benchmarks.note import NOTE, note, table

RUNS = 5
BENCHMARKS: Mapping[str, Callable[[int], Report]] = {
    "roll": roll.run,
    "commands": commands.few,
    "many": commands.many,
    "deploy": deploy.run,
    "upload": upload.run,
    "help": start.help_,
    "match": start.match,
    "engine": engine.run,
}


def main() -> int:
    words = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    words.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    words.add_argument("--runs", type=int, default=RUNS, help="of each contestant; the middle one counts")
    given = words.parse_args()
    if unknown := [name for name in given.names if name not in BENCHMARKS]:
        words.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    reports = {}
    for name in given.names or BENCHMARKS:
        print(f"{name} ", end="", file=sys.stderr, flush=True)
        reports[name] = BENCHMARKS[name](given.runs)
        print(table([reports[name]]), flush=True)
    if not given.names:
        NOTE.write_text(note(reports))
        print(f"written: {NOTE}", file=sys.stderr)
    return 0 if all(figure.met for report in reports.values() for figure in report.figures) else 1


if __name__ == "__main__":
    sys.exit(main())

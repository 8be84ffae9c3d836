"""A hundred megabytes to one host, verified."""

import os
from functools import partial

from benchmarks.contest import child, in_turns
from benchmarks.figure import Figure, Report, ratios
from benchmarks.hosts import hosts

SIZE = 100 * 10**6


def run(runs: int) -> Report:
    with hosts(1) as fleet:
        source = fleet.folder / "artifact"
        source.write_bytes(os.urandom(SIZE))
        words = (str(fleet.inventory), str(source), str(fleet.folder / "there" / "artifact"))
        (fleet.folder / "there").mkdir()
        samples = in_turns(runs, {n: partial(child, "benchmarks.upload_by", n, *words) for n in ("zdd", "bare")})
    figure = Figure(
        work="upload of 100 MB to one host, verified",
        against="`tee FILE | sha256sum` and fsync over one exec channel",
        what="wall",
        values=ratios([s.wall for s in samples["zdd"]], [s.wall for s in samples["bare"]]),
        most=1.15,
    )
    return Report(figures=(figure,))

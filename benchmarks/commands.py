"""Ten commands on each of twenty hosts, and of two hundred: zdd's session class beside bare paramiko."""

from functools import partial

from benchmarks.contest import child, in_turns
from benchmarks.figure import Figure, Report, ratios
from benchmarks.hosts import hosts

COMMANDS = 10
PEER = "bare paramiko with TCP_NODELAY, as many at once"


def few(runs: int) -> Report:
    """Twenty hosts, all at once."""
    wall, cpu, _ = contest(runs, number=20, at_once=20)
    work = f"20 hosts × {COMMANDS} commands, the session class in one process"
    return Report(
        figures=(
            Figure(work=work, against=PEER, what="wall", values=wall, most=1.2),
            Figure(work=work, against=PEER, what="CPU", values=cpu, most=1.5),
        )
    )


def many(runs: int) -> Report:
    """Two hundred hosts, 32 open at once."""
    wall, _, memory = contest(runs, number=200, at_once=32)
    work = f"200 hosts × {COMMANDS} commands, at most 32 open"
    return Report(
        figures=(
            Figure(work=work, against=PEER, what="wall", values=wall, most=1.2),
            Figure(work=work, against="its own process", what="memory", values=memory, most=120, unit="MB"),
        )
    )


def contest(runs: int, *, number: int, at_once: int) -> tuple[tuple[float, ...], ...]:
    """Ratios of wall and CPU time, and zdd's memory."""
    with hosts(number) as fleet:
        words = (str(fleet.inventory), str(at_once), str(COMMANDS))
        ways = {name: partial(child, "benchmarks.commands_by", name, *words) for name in ("zdd", "bare")}
        samples = in_turns(runs, ways)
    mine, theirs = samples["zdd"], samples["bare"]
    return (
        ratios([s.wall for s in mine], [s.wall for s in theirs]),
        ratios([s.cpu for s in mine], [s.cpu for s in theirs]),
        tuple(s.memory for s in mine),
    )

"""A whole `zdd deploy` of ten `run` steps on twenty hosts: what plan, lease, journal and preflight cost."""

from functools import partial

from benchmarks.contest import ROOT, child, in_turns, timed
from benchmarks.figure import Figure, Report
from benchmarks.hosts import hosts
from benchmarks.programs import program

HOSTS, COMMANDS = 20, 10
ALLOWED = 1.5 + 0.01 * HOSTS * COMMANDS  # seconds over the bare script


def run(runs: int) -> Report:
    """Shown as the part of the allowance that was used."""
    with hosts(HOSTS) as fleet:
        playbook = str(ROOT / "benchmarks" / "deploy.yml")
        command = [program("zdd"), "deploy", playbook, "-i", str(fleet.inventory), "-y", "--output", "quiet"]
        bare = ("bare", str(fleet.inventory), str(HOSTS), str(COMMANDS))
        ways = {
            "zdd": partial(timed, command, {"ZDD_STORE": str(fleet.folder / "store")}),
            "bare": partial(child, "benchmarks.commands_by", *bare),
        }
        samples = in_turns(runs, ways)
    over = (mine.wall - theirs.wall for mine, theirs in zip(samples["zdd"], samples["bare"], strict=True))
    figure = Figure(
        work=f"{HOSTS} hosts × {COMMANDS} `run` steps, a whole `zdd deploy`",
        against="bare paramiko + 1.5 s + 10 ms a task",
        what="part of the extra time",
        values=tuple(seconds / ALLOWED for seconds in over),
        most=1.0,
        unit="of it",
    )
    return Report(figures=(figure,))

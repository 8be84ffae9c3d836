"""Real fleets live through random faults: zdd rolls to and fro on a lab with sessions and jobs while something breaks,
is then carried on by hand as its words say, and no request may fail and no job be lost.

A seed is a round: which release, which fault, at which event. Run by `scripts/soak-fleet`.
"""

import argparse
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.controller import Process
from tests.fleet.lab import lab_in
from tests.fleet.processes import frozen, haproxies, kill, sshd_of, sshds, started_again
from tests.fleet.program import WORKERS, Program, at_rest
from zdd.lab.jobs import jobs

PLAYBOOK = WORKERS.replace("cart]", 'cart], state_file: "{{ haproxy_state_file }}"').replace(
    "sticky: 0s", "sticky: 500ms"
)
SOUND, BROKEN = ("1.0", "1.1"), ("1.2", "1.3")  # of the broken one is ill, the other never starts
JOBS = 2.0  # a second: three workers can do that
CARRIED_ON = 3  # times that a person types the next command
FINISHED, INTERRUPTED = (0, 4, 21), (20, 22, 23, 130, 143, 129, -signal.SIGKILL, -signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Round:
    """What happens in it."""

    version: str
    fault: str
    event: int  # it strikes after so many of them
    host: str
    seconds: float
    backwards: bool  # a person reverts what was interrupted rather than carries it on

    @classmethod
    def of(cls, seed: int, zdd: Program) -> "Round":
        r = random.Random(seed)
        [now] = zdd.versions()
        sound = next(version for version in SOUND if version != now)
        return cls(
            version=r.choice([sound, sound, sound, *BROKEN]),
            fault=r.choice(sorted(FAULTS)),
            event=r.randint(0, 90),
            host=r.choice([host.name for host in zdd.lab.web]),
            seconds=r.uniform(0.5, 6.0),
            backwards=r.random() < 0.3,
        )


Strike = Callable[[Program, Process, Round, ExitStack], None]


def _signalled(number: signal.Signals) -> Strike:
    return lambda _zdd, process, _round, _after: process.send_signal(number)


def _without_sshd(zdd: Program, _process: Process, it: Round, after: ExitStack) -> None:
    kill(sshds(zdd, it.host))
    time.sleep(it.seconds)
    after.enter_context(started_again(sshd_of(zdd, it.host)))


def _frozen_sshd(zdd: Program, _process: Process, it: Round, _after: ExitStack) -> None:
    with frozen(sshds(zdd, it.host)):
        time.sleep(it.seconds)


def _frozen_balancer(zdd: Program, _process: Process, it: Round, _after: ExitStack) -> None:
    with frozen(haproxies(zdd, "lb2")[-1:]):
        time.sleep(it.seconds)


def _reloaded_balancer(zdd: Program, _process: Process, _round: Round, _after: ExitStack) -> None:
    os.kill(haproxies(zdd, "lb1")[0], signal.SIGUSR2)


def _frozen_zdd(_zdd: Program, process: Process, it: Round, _after: ExitStack) -> None:
    process.send_signal(signal.SIGSTOP)
    time.sleep(it.seconds)
    process.send_signal(signal.SIGCONT)


FAULTS: Mapping[str, Strike] = {
    "zdd killed": _signalled(signal.SIGKILL),
    "zdd interrupted": _signalled(signal.SIGINT),
    "zdd ended": _signalled(signal.SIGTERM),
    "zdd without its terminal": _signalled(signal.SIGHUP),
    "zdd frozen": _frozen_zdd,
    "sshd killed": _without_sshd,
    "sshd frozen": _frozen_sshd,
    "balancer frozen": _frozen_balancer,
    "balancer reloaded": _reloaded_balancer,
}


def lived(zdd: Program, it: Round, folder: Path, after: ExitStack) -> list[int]:
    """The exit codes, of the deploy and of what a person typed after it. Raises AssertionError if anything was lost."""
    with jobs(zdd.lab.redis_url, folder, rate=JOBS) as stream, zdd.no_request_fails():
        codes = [struck(zdd, it, after)]
        while codes[-1] not in FINISHED:
            assert codes[-1] in INTERRUPTED and len(codes) <= CARRIED_ON, codes
            codes.append(carried_on(zdd, it))
    count = stream.settled()
    assert count.enqueued and (count.lost, count.twice) == ((), ()), count
    at_rest(zdd)
    assert len(zdd.versions()) == 1, zdd.versions()
    return codes


def struck(zdd: Program, it: Round, after: ExitStack) -> int:
    with zdd.begun(*zdd.deploy_words(it.version)) as process:
        while process.poll() is None and happened(zdd) < it.event:
            time.sleep(0.02)
        if process.poll() is None:
            FAULTS[it.fault](zdd, process, it, after)
        (zdd.folder / "said").write_text("".join(process.communicate(timeout=100)))
        return process.returncode


def happened(zdd: Program) -> int:
    """Events of the newest run, once the process in flight has one."""
    with zdd.journal() as store:
        runs = [run for run in store.runs() if run.last >= zdd.since]
        return len(store.since(runs[0].id, 0)) if runs else 0


def carried_on(zdd: Program, it: Round) -> int:
    verb = "revert" if it.backwards else "resume"
    done = zdd.run(verb, "-y")
    if done.returncode == 2:  # nothing was begun, so nothing can be carried on
        done = zdd.run(*zdd.deploy_words(it.version))
    with (zdd.folder / "said").open("a") as said:
        said.write(f"\n$ zdd {verb} -y: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.returncode


def main() -> int:
    words = argparse.ArgumentParser(prog="scripts/soak-fleet", description=__doc__)
    words.add_argument("--rounds", type=int, default=50, help="how many")
    words.add_argument("--first", type=int, default=0, help="the seed of the first")
    given = words.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as place, ExitStack() as after:
        lab = after.enter_context(lab_in(Path(place), hosts=3, balancers=2, workers=True))
        zdd = Program.on(lab, PLAYBOOK)
        zdd.build(BROKEN[0], "fails health")
        zdd.build(BROKEN[1], "never starts")
        zdd.deploy(SOUND[0])
        for seed in range(given.first, given.first + given.rounds):
            bad += told(zdd, seed, after)
    print(f"{given.rounds} rounds, {bad} wrong")
    return 1 if bad else 0


def told(zdd: Program, seed: int, after: ExitStack) -> bool:
    """Whether it was wrong."""
    it = Round.of(seed, zdd)
    told = f"{seed}: to {it.version}, {it.fault} after {it.event} events ({it.host}, {it.seconds:.1f} s)"
    try:
        codes = lived(zdd, it, zdd.folder / f"jobs{seed}", after)
    except AssertionError as wrong:
        print(f"{told}\nWRONG {wrong}\n{(zdd.folder / 'said').read_text()}", flush=True)
        return True
    why = [
        line for line in (zdd.folder / "said").read_text().splitlines() if "(exit 20)" in line and "run " not in line
    ]
    print(f"{told}: {' '.join(map(str, codes))}", *why, sep="\n    ", flush=True)
    return False


if __name__ == "__main__":
    raise SystemExit(main())

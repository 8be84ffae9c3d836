"""Contestants take turns, each in a process of its own, and say how long they took as the last line of their output."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.figure import Sample

ROOT = Path(__file__).parent.parent
LONGEST = 600.0
Contestant = Callable[[], Sample]


def in_turns(runs: int, contestants: Mapping[str, Contestant]) -> dict[str, list[Sample]]:
    """So many samples of each. Every second round goes the other way, so that nobody always comes first."""
    samples: dict[str, list[Sample]] = {name: [] for name in contestants}
    for number in range(runs):
        names = list(contestants)
        for name in names if number % 2 == 0 else reversed(names):
            samples[name].append(contestants[name]())
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return samples


def child(module: str, *words: str, environment: Mapping[str, str] | None = None) -> Sample:
    """A benchmark's own module, run as a program."""
    done = ran([sys.executable, "-m", module, *words], environment)
    return Sample(**json.loads(done.stdout.splitlines()[-1]))


def ran(command: Sequence[str], environment: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done


def timed(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Sample:
    """A whole program, from its start to its end."""
    began, cpu = time.perf_counter(), of_children()
    ran(command, environment)
    return Sample(wall=time.perf_counter() - began, cpu=of_children() - cpu)


def of_children() -> float:
    """CPU seconds of all programs that were run and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(work: Callable[[], Mapping[str, float] | None]) -> None:
    """In the contestant's process: do it, and say what it took. Imports are done by then."""
    began, cpu = time.perf_counter(), time.process_time()
    phases = work()
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(json.dumps(asdict(Sample(wall=wall, cpu=cpu, memory=most_memory(), phases=phases or {}))))


def most_memory() -> float:
    """MB of this program. `ru_maxrss` also knows those of whoever started it."""
    said = Path("/proc/self/status").read_text()
    return int(said.partition("VmHWM:")[2].split()[0]) / 1024

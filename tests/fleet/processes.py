"""The programs of a lab's machines, found by what they were started with; stopped in their sleep, killed, started."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.fleet.program import Program
from zdd.lab import children


def sshds(zdd: Program, name: str) -> list[int]:
    """The listening sshd of a machine, and those of its connections."""
    listening = [
        pid for pid, words in _commands() if "sshd" in words and str(zdd.lab.folder / name / "sshd.conf") in words
    ]
    assert listening, f"no sshd of {name}"
    return _with_children(listening)


def haproxies(zdd: Program, name: str = "lb1") -> list[int]:
    """The master, whose parent is none of them, and then its workers."""
    config = str(zdd.lab.folder / name / "haproxy.cfg")
    pids = [pid for pid, words in _commands() if "haproxy" in words.split("\0")[0] and config in words]
    return sorted(pids, key=lambda pid: _parent(pid) in pids)


@contextmanager
def frozen(pids: Sequence[int]) -> Iterator[None]:
    """SIGSTOP, and SIGCONT at the end."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def kill(pids: Sequence[int]) -> None:
    """Who ends by himself meanwhile, like the process that a reload left behind, is gone too."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@contextmanager
def started_again(command: Sequence[str]) -> Iterator[None]:
    """What the lab's keeper had started, and does not start twice."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def sshd_of(zdd: Program, name: str) -> list[str]:
    return children.sshd(zdd.lab.machine(name))


def _with_children(pids: Sequence[int]) -> list[int]:
    found = list(pids)
    for pid in found:
        tasks = Path(f"/proc/{pid}/task/{pid}/children")
        found += [int(child) for child in tasks.read_text().split()] if tasks.exists() else []
    return found


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _commands() -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            yield int(folder.name), (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue

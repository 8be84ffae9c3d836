"""All that a process has started, whoever was in between."""

import ctypes
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
PASSES = 200
POLL = 0.02


def adopt_orphans() -> None:
    """From now on descendants whose parent dies become ours, also those that made a session of their own."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_descendants() -> None:
    """Until none is left: one that is being killed may just have started another."""
    for _ in range(PASSES):
        left = list(descendants(os.getpid()))
        if not left:
            return
        for pid in left:
            _kill(pid)
        time.sleep(POLL)


def descendants(root: int) -> Iterator[int]:
    parents = dict(_living())
    for pid in parents:
        ancestor: int | None = parents[pid]
        while ancestor not in (root, None, 0):
            ancestor = parents.get(ancestor)
        if ancestor == root:
            yield pid


def _living() -> Iterator[tuple[int, int]]:
    """Process and parent. One that is dead and not buried has nothing left to kill."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, *_ = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        if state != "Z":
            yield int(stat.parent.name), int(parent)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return

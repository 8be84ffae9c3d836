"""The process that keeps a lab up: it starts the programs, answers `zdd lab down`, and takes all with it when it ends.

It inherits the claim on the lab's network. With --die-with-parent, EOF on stdin ends the lab.
"""

import argparse
import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from zdd.lab.children import Child, Stage, stages
from zdd.lab.descendants import adopt_orphans, kill_descendants
from zdd.lab.lab import Lab

STOP_LIMIT = 20.0  # seconds for one stage; supervisord gives its programs 15
POLL = 0.02


class Keeper:
    """Starts all, then waits for a word, a signal or its parent's end."""

    def __init__(self, stages: Sequence[Stage], control: socket.socket, lifeline: int | None = None) -> None:
        self.stages, self.control, self.lifeline = stages, control, lifeline
        self.running: dict[str, int] = {}  # name -> pid
        self.ended: dict[str, int] = {}  # name -> exit status
        self.asker: socket.socket | None = None  # who wants to know that all has stopped

    def keep(self) -> None:
        with signals() as signalled:
            self._start()
            os.write(sys.stdout.fileno(), b"started\n")  # at once: where Python does not buffer, print writes twice
            if self._told_to_stop(signalled):
                self._stop()
        kill_descendants()

    def goodbye(self) -> None:
        if self.asker:
            with self.asker, contextlib.suppress(OSError):  # it may have lost patience
                self.asker.sendall(b"stopped")

    def _start(self) -> None:
        for stage in self.stages:
            for child in stage:
                self.running[child.name] = spawn(child)

    def _told_to_stop(self, signalled: int) -> bool:
        """False when the parent is dead: then there is no time for order."""
        with selectors.DefaultSelector() as awaited:
            for source in (signalled, self.control.fileno(), self.lifeline):
                if source is not None:
                    awaited.register(source, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in awaited.select()}
                if self.lifeline in ready:
                    return False
                if signalled in ready and self._heed(os.read(signalled, 64)):
                    return True
                if self.control.fileno() in ready and self._answer() == "stop":
                    return True

    def _heed(self, numbers: bytes) -> bool:
        """Does one of these signals mean to stop?"""
        self._reap()
        return signal.SIGTERM in numbers or signal.SIGINT in numbers

    def _answer(self) -> str:
        asker, _ = self.control.accept()
        asker.settimeout(1.0)
        try:
            word = asker.recv(64).decode().strip()
            if word == "stop":
                self.asker = asker
                return word
            asker.sendall(json.dumps({"running": self.running, "ended": self.ended}).encode())
        except OSError:
            word = ""  # whoever asked is gone
        asker.close()
        return word

    def _stop(self) -> None:
        for stage in reversed(self.stages):
            names = {child.name for child in stage}
            for name in names & self.running.keys():
                os.kill(self.running[name], signal.SIGTERM)
            deadline = time.monotonic() + STOP_LIMIT
            while names & self.running.keys() and time.monotonic() < deadline:
                self._reap()
                time.sleep(POLL)

    def _reap(self) -> None:
        """Orphans of others among them: nobody else would bury those."""
        for pid, status in ended():
            for name in [name for name, running in self.running.items() if running == pid]:
                del self.running[name]
                self.ended[name] = os.waitstatus_to_exitcode(status)


def spawn(child: Child) -> int:
    with child.log.open("ab") as log:
        process = subprocess.Popen(
            child.command, env=child.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    process.returncode = 0  # the keeper reaps by itself: Popen must neither wait nor warn
    return process.pid


def ended() -> Iterator[tuple[int, int]]:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        yield pid, status


@contextlib.contextmanager
def signals() -> Iterator[int]:
    """A descriptor from which the numbers of signals are read, so that one loop waits for everything."""
    source, sink = os.pipe()
    os.set_blocking(sink, False)
    signal.set_wakeup_fd(sink, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    try:
        yield source
    finally:
        signal.set_wakeup_fd(-1)
        os.close(source)
        os.close(sink)


def main() -> None:
    words = argparse.ArgumentParser(prog="zdd.lab.keeper")
    words.add_argument("folder", type=Path)
    words.add_argument("--die-with-parent", action="store_true")
    given = words.parse_args()
    lab = Lab.load(given.folder)
    if lab is None:
        sys.exit(f"there is no lab.json in {given.folder}")
    adopt_orphans()
    with socket.socket(socket.AF_UNIX) as control:
        control.bind(str(lab.keeper_socket))
        control.listen()
        keeper = Keeper(stages(lab), control, sys.stdin.fileno() if given.die_with_parent else None)
        keeper.keep()
    lab.forget()
    keeper.goodbye()


if __name__ == "__main__":
    main()

"""The program itself, run as a person would run it, and watched through its journal."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from zdd.journal.store import Store
from zdd.model import Event

LONGEST = 110.0  # seconds

Seen = Callable[[Event], bool]
Process = subprocess.Popen[str]


@dataclass(slots=True, kw_only=True)
class Controller:
    """`zdd` in a folder with playbooks and inventories."""

    folder: Path
    at: str = ""  # the store's URL; empty: a folder beside them
    home: Path | None = None  # what the program keeps for itself, where it is not this user's
    since: float = field(default=0.0, init=False)  # when the last process was begun

    @property
    def store(self) -> str:
        return self.at or str(self.folder / "store")

    # -- running

    def command(self, *words: str) -> list[str]:
        return [str(Path(sys.executable).with_name("zdd")), *words]

    def environment(self) -> dict[str, str]:
        home = {"XDG_STATE_HOME": str(self.home)} if self.home else {}
        return {**os.environ, **home, "ZDD_STORE": self.store, "ZDD_OUTPUT": "plain"}

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(*words),
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )

    def must(self, code: int, *words: str) -> str:
        """Run it; what it said, if it ended so."""
        done = self.run(*words)
        assert done.returncode == code, f"zdd {' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    @contextmanager
    def begun(self, *words: str) -> Iterator[Process]:
        """A process in flight; ended, whatever becomes of the test."""
        self.since = time.time()
        process = subprocess.Popen(
            self.command(*words),
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate(timeout=10)

    # -- watching

    @contextmanager
    def journal(self) -> Iterator[Store]:
        store = Store.open(self.store)
        try:
            yield store
        finally:
            store.close()

    def events(self) -> list[Event]:
        """Of all runs, the oldest first."""
        with self.journal() as store:
            return [event for run in reversed(store.runs()) for event in store.since(run.id, 0)]

    def newest(self) -> str:
        """The id of the run that began last."""
        with self.journal() as store:
            return store.runs()[0].id

    def until(self, process: Process, seen: Seen) -> Event:
        """Wait for an event since the process began, and not by the clock."""
        deadline = time.monotonic() + LONGEST
        with self.journal() as store:
            while time.monotonic() < deadline:
                recent = (run for run in store.runs() if run.last >= self.since)
                fresh = (e for run in recent for e in store.since(run.id, 0) if e.at >= self.since and seen(e))
                if found := next(fresh, None):
                    return found
                assert process.poll() is None, f"it ended first: {process.communicate()}"
                time.sleep(0.02)
        raise AssertionError("the event never came")


def started(place: str) -> Seen:
    """The intent to do this task: "web1/service"."""
    return lambda event: event.kind == "task.started" and event.task.endswith(place)


def ended(place: str) -> Seen:
    """Its outcome, whatever it is."""
    return lambda event: event.kind == "task.ended" and event.task.endswith(place)

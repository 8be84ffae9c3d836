"""The program itself, run on a lab, and watched through its journal."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fleet.lab import eventually, traffic
from zdd.journal.store import Store
from zdd.lab import Lab, call, releases
from zdd.lab.health import answering
from zdd.lab.request import Answer
from zdd.lab.tally import Summary
from zdd.model import Event

LONGEST = 100.0
QUICK = """
name: shop
hosts: web
batches: 1
release:
  version: "{{ version }}"
  artifact: "dist/shop-{{ version }}.tar.gz"
drain: {deadline: 20s}
balancers:
  - haproxy: {hosts: lb, backends: [shop]}
deploy:
  - activate
  - service: {name: shop, state: restarted}
health:
  checks:
    - http: {url: "http://{{ address }}:8080/healthz", status: 200, json: {version: "{{ version }}"}}
  passes: 2
  interval: 200ms
  deadline: 8s
  steady: 500ms
"""

Seen = Callable[[Event], bool]


@dataclass(slots=True)
class Program:
    """`zdd` as a person would run it in the lab's folder."""

    lab: Lab
    playbook: str = QUICK
    since: float = 0.0  # when the last process was begun
    at: str = ""  # the store's URL; empty: a folder beside the lab
    home: Path | None = None  # what the program keeps for itself, where it is not this user's

    @property
    def folder(self) -> Path:
        return self.lab.folder.parent

    @property
    def store(self) -> str:
        return self.at or str(self.folder / "store")

    # -- running

    def command(self, *words: str) -> list[str]:
        return [str(Path(sys.executable).with_name("zdd")), *words]

    def deploy_words(self, version: str, *more: str) -> list[str]:
        (self.folder / "shop.yml").write_text(self.playbook)
        return ["deploy", "shop.yml", "-i", "inventories/lab.yml", "-e", f"version={version}", "-y", *more]

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

    def deploy(self, version: str, code: int = 0, *more: str) -> str:
        return self.must(code, *self.deploy_words(version, *more))

    def build(self, version: str, behaviour: releases.Behaviour = "sound") -> None:
        releases.build(self.folder / "dist", version, behaviour)

    @contextmanager
    def begun(self, *words: str) -> Iterator["subprocess.Popen[str]"]:
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

    def until(self, process: "subprocess.Popen[str]", seen: Seen) -> Event:
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

    def versions(self) -> set[str]:
        """What answers, host by host."""
        return {answering(host) for host in self.lab.web}

    def turn(self) -> tuple[str, str]:
        """What all hosts run, and the sound release that they do not run: to roll to and fro saves every other roll."""
        [old] = self.versions()
        return old, "1.0" if old == "1.1" else "1.1"

    def newest(self) -> str:
        """The id of the run that began last."""
        with self.journal() as store:
            return store.runs()[0].id

    @contextmanager
    def playing(self, old: str, new: str) -> Iterator[None]:
        """With another word in the playbook."""
        assert old in self.playbook
        before, self.playbook = self.playbook, self.playbook.replace(old, new)
        try:
            yield
        finally:
            self.playbook = before

    @contextmanager
    def no_request_fails(self) -> Iterator[None]:
        """Traffic flows all the while, and not one request of it fails."""
        with traffic(self.lab, assets="assets:" in self.playbook) as client:
            since = time.time()
            time.sleep(0.5)
            yield
            time.sleep(0.5)
        counted: Summary = client.summary(since)
        failed = [answer for answer in client.answers() if answer.failed]
        assert counted.requests > 50 and not failed, f"{counted}\n{failed}\n{self.told(failed[:1])}"

    def told(self, failed: Sequence[Answer]) -> str:
        """What the journal says of the seconds around a failed request."""
        around = [event for event in self.events() if any(abs(event.at - answer.at) < 5 for answer in failed)]
        return "\n".join(f"{event.at:.2f} {event.kind} {event.task} {event.status} {event.detail}" for event in around)


def started(place: str) -> Seen:
    """The intent to do this task: "web1/service"."""
    return lambda event: event.kind == "task.started" and event.task.endswith(place)


def at_rest(zdd: Program) -> None:
    """Everybody is in, and nothing of a run is left on any host. Who was put back may still have to pass a check."""
    eventually(lambda: all(states and all(",UP," in line for line in states) for states in servers(zdd)))
    for left in ("mark", "out", "lease"):
        assert not list(zdd.lab.folder.glob(f"*/state/*/{left}")), left


def servers(zdd: Program) -> Iterator[list[str]]:
    """What each balancer says of its servers, in the words of `show stat`."""
    for balancer in zdd.lab.balancers:
        lines = call.haproxy(balancer, "show stat -1 4 -1").splitlines()
        yield [line for line in lines if line[:1] not in ("", "#")]


def killed_at(zdd: Program, place: str, *words: str) -> None:
    """kill -9 as soon as the intent to do this task is in the journal."""
    with zdd.begun(*words) as process:
        zdd.until(process, started(place))
        process.kill()
        process.wait()

"""Commands and addresses that are told of a run. They can neither fail nor slow it: a thread of its own tells them,
with a deadline for each, from a short queue that drops what does not fit."""

import json
import os
import queue
import shlex
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping

from zdd.config.reporting import is_address
from zdd.journal.state import State, fold
from zdd.model import Event, Task
from zdd.report.message import kind, message

DEADLINE = 10.0  # seconds that one may take to hear one message
PATIENCE = 10.0  # seconds that the end of a run waits for the last of them
QUEUE = 16  # messages: a run has a handful
Tell = Callable[[str, str], str]


def targets_of(state: State, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Those of the playbook, as the run has frozen them, and that of this machine."""
    written = [target for play in state.forward.plays for target in play.report_to] if state.forward else []
    here = environment.get("ZDD_REPORT_TO", "")
    return tuple(dict.fromkeys([*written, *([here] if here else [])]))


class ReportTo:
    """Hears all of a run and passes on what matters, with the state that its journal had at that event."""

    def __init__(
        self,
        since: Callable[[int], Iterable[Event]],
        environment: Mapping[str, str],
        say: Callable[[str], None],
        tell: Tell | None = None,
        again: Callable[[str], str] = str,
    ) -> None:
        """`again`: puts into a command what was typed before and is needed then too."""
        self._since, self._environment, self._say, self._tell = since, environment, say, tell or told
        self._again = again
        self._queue: queue.Queue[Event | None] = queue.Queue(QUEUE)
        self._trouble: dict[str, str] = {}  # target -> the last that went wrong
        self._thread = threading.Thread(target=self._work, name="report_to", daemon=True)
        self._thread.start()

    def event(self, event: Event, task: Task | None) -> None:
        if kind(event):
            self._put(event)

    def waits(self, task: Task, text: str) -> None:
        """Nobody is told of it."""

    def close(self) -> None:
        self._put(None)
        self._thread.join(PATIENCE)
        if self._thread.is_alive():
            self._trouble["report_to"] = f"not done {PATIENCE:g} s after the end of the run"
        for target, what in self._trouble.items():
            self._say(f"warning: {target} was not told: {what}")
        self._trouble.clear()

    def _put(self, event: Event | None) -> None:
        try:
            self._queue.put_nowait(event)
        except queue.Full:
            self._trouble["report_to"] = f"more than {QUEUE} messages wait"

    def _work(self) -> None:
        while event := self._queue.get():
            state = fold(one for one in self._since(0) if one.seq <= event.seq)
            for target in targets_of(state, self._environment):
                if wrong := self._tell(target, json.dumps(message(event, state, self._again), ensure_ascii=False)):
                    self._trouble[_named(target)] = wrong


def told(target: str, text: str) -> str:
    """Why it was not; empty if it was."""
    try:
        return _post(target, text) if is_address(target) else _run(target, text)
    except Exception as error:  # whatever it is, the run goes on
        return f"{type(error).__name__}: {error}".rstrip(": ")


def _run(command: str, text: str) -> str:
    """A process group of its own: Ctrl-C on the run is not meant for it, and its deadline is for all that it began."""
    process = subprocess.Popen(
        shlex.split(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    try:
        _, said = process.communicate(text, timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return f"not done after {DEADLINE:g} s"
    return "" if process.returncode == 0 else f"exit {process.returncode}: {said.strip()[-200:]}".rstrip(": ")


def _post(url: str, text: str) -> str:
    import httpcore

    limits = dict.fromkeys(("connect", "read", "write", "pool"), DEADLINE)
    answer = httpcore.request(
        "POST",
        url,
        headers={"Content-Type": "application/json"},
        content=text.encode(),
        extensions={"timeout": limits},
    )
    return "" if answer.status < 400 else f"status {answer.status}"


def _named(target: str) -> str:
    """An address may hold a token: only where it leads is shown."""
    return "/".join(target.split("/")[:3]) if is_address(target) else target.split()[0]

"""Runs on the host, by its own python3 (3.6 or later), with SOCKET NAME WORD. Exit 1: it says no; 69: it is silent."""

import contextlib
import http.client
import os
import signal
import socket
import sys
import time
import xmlrpc.client
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNNING, STARTING, BACKOFF, STOPPING = 20, 10, 30, 40
ABNORMAL_TERMINATION = 40
FAST, SLOW = 0.02, 0.25  # seconds between two questions: at first, and at most
SILENT = 69


class UnixConnection(http.client.HTTPConnection):
    """HTTP over the supervisor's socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost")
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self.path)


class UnixTransport(xmlrpc.client.Transport):
    """XML-RPC over the same."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    def make_connection(self, host: object) -> UnixConnection:
        return UnixConnection(self.path)


class Service:
    """One program of the supervisor."""

    def __init__(self, path: str, name: str) -> None:
        server = xmlrpc.client.ServerProxy("http://localhost", transport=UnixTransport(path))
        self.supervisor: Any = server.supervisor
        self.name = name

    def runs(self) -> bool:
        return self.info()["state"] in (RUNNING, STARTING, BACKOFF)

    def info(self) -> Any:
        return self.supervisor.getProcessInfo(self.name)

    def started(self) -> str:
        """Returns when it has run for the supervisor's `startsecs`."""
        if self.after(STOPPING) == RUNNING:
            return "unchanged"
        self.stopped()
        self.supervisor.startProcess(self.name, False)
        if self.after(STARTING) != RUNNING:
            raise xmlrpc.client.Fault(ABNORMAL_TERMINATION, "ABNORMAL_TERMINATION: " + self.name)
        return self.status()

    def after(self, *passing: int) -> int:
        """Its state, when that is none of these any more. One that stops ends by itself, or by `stopwaitsecs`.

        A supervisor that is asked to wait looks only once a second; each question makes it look at once.
        """
        began, state = time.monotonic(), self.info()["state"]
        while state in passing:
            time.sleep(min(SLOW, max(FAST, (time.monotonic() - began) / 8)))
            state = self.info()["state"]
        return int(state)

    def quiesced(self) -> str:
        if not self.runs():
            return "unchanged"
        self.supervisor.stopProcess(self.name, False)
        return "stopping"

    def killed(self) -> str:
        """Its descendants first, which would outlive it; the main one by the supervisor."""
        self.quiesced()
        main = self.info()["pid"]
        for pid in family(main)[1:] if main else []:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if main:
            self.supervisor.signalProcess(self.name, "KILL")
        self.after(STOPPING)
        return self.status()

    def stopped(self) -> str:
        if self.after(STOPPING) not in (RUNNING, STARTING, BACKOFF):
            return "unchanged"
        self.supervisor.stopProcess(self.name, False)
        self.after(RUNNING, STARTING, BACKOFF, STOPPING)
        return self.status()

    def restarted(self) -> str:
        self.stopped()
        return self.started()

    def reloaded(self) -> str:
        self.supervisor.signalProcess(self.name, "HUP")
        return self.status()

    def status(self) -> str:
        info = self.info()
        return "running {pid} {start}".format(**info) if info["state"] == RUNNING else "stopped"

    def processes(self) -> str:
        """Its main one and the descendants of that, also while it stops."""
        main = self.info()["pid"]
        return "\n".join(str(pid) for pid in family(main)) if main else ""

    def stopping(self) -> str:
        """When what has not ended is killed. Whether the whole group is told, it does not say."""
        group, colon, process = self.name.partition(":")
        for config in self.supervisor.getAllConfigInfo():
            if (config["group"], config["name"]) == (group, process if colon else group):
                return "limit {stopwaitsecs}s".format(**config)
        return "absent"

    def log(self) -> str:
        """Where stderr goes into stdout's log, the end of that."""
        tail = self.supervisor.tailProcessStderrLog(self.name, 0, 4000)[0]
        return str(tail or self.supervisor.tailProcessStdoutLog(self.name, 0, 4000)[0])


def family(main: int) -> "list[int]":
    """Parents before children."""
    parents = dict(living())
    found = [main]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def living() -> "Iterator[tuple[int, int]]":
    """Process and parent."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            yield int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it ended while we looked


def main(path: str, name: str, word: str) -> int:
    try:
        sys.stdout.write(getattr(Service(path, name), word)() + "\n")
        return 0
    except xmlrpc.client.Fault as error:
        sys.stderr.write(f"{name}: {error.faultString}\n")
        return 1
    except (OSError, http.client.HTTPException, xmlrpc.client.Error) as error:
        sys.stderr.write(f"the supervisor does not answer at {path}: {error}\n")
        return SILENT


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

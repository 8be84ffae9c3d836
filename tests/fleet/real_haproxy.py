"""A real HAProxy in a folder: master and worker, sockets in files, no port of its own."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

HEAD = """
global
    stats socket {folder}/admin.sock mode 600 level admin expose-fd listeners
    stats socket {folder}/operator.sock mode 600 level operator
    server-state-file {folder}/state
defaults
    mode http
    retries 0
    timeout connect 2s
    timeout client 20s
    timeout server 20s
    timeout queue 20s
    timeout check 20s
    option httpchk GET /check
    default-server inter 100ms rise 3 fall 3
"""


def eventually(truth: Callable[[], object], seconds: float = 10.0) -> None:
    """Look until it is so."""
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.01)


class RealHAProxy:
    """One that runs. Clients come in by `front.sock`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, config: str) -> None:
        (self.folder / "haproxy.cfg").write_text(HEAD.format(folder=self.folder) + config.format(folder=self.folder))
        words = ["haproxy", "-W", "-q", "-f", str(self.folder / "haproxy.cfg")]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(words, stderr=log)
        eventually(self._answers)

    def _answers(self) -> bool:
        assert self.process and self.process.poll() is None, (self.folder / "log").read_text()
        try:
            return bool(self.pid())
        except (FileNotFoundError, ConnectionRefusedError):
            return False

    def tell(self, line: str) -> str:
        """As an operator would, past zdd."""
        return self._exchange("admin.sock", f"{line}\n")

    def get(self, path: str, cookie: str = "", front: str = "front.sock") -> int:
        """The status of one request on a fresh connection."""
        cookies = f"Cookie: SRV={cookie}\r\n" if cookie else ""
        answer = self._exchange(front, f"GET {path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n{cookies}\r\n")
        return int(answer.split(" ", 2)[1])

    def _exchange(self, file: str, text: str) -> str:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(25)
            connection.connect(str(self.folder / file))
            connection.sendall(text.encode())
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode()

    def pid(self) -> int:
        return int(next(line for line in self.tell("show info").splitlines() if line.startswith("Pid:"))[4:])

    def reload(self) -> None:
        assert self.process
        before = self.pid()
        self.process.send_signal(signal.SIGUSR2)
        eventually(lambda: self._answers() and self.pid() != before)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(10)


@contextmanager
def installed() -> Iterator[RealHAProxy]:
    """In a short folder: a socket's path has at most 97 bytes."""
    assert shutil.which("haproxy"), "install the package haproxy"
    with tempfile.TemporaryDirectory(prefix="zdd") as folder:
        haproxy = RealHAProxy(Path(folder))
        try:
            yield haproxy
        finally:
            haproxy.stop()

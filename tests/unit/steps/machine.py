"""A machine whose commands this one runs, as they are, in a folder of its own."""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which

import pytest

from zdd.errors import Failed
from zdd.transport import Channel, Command, Result


@dataclass
class Machine:
    """Implements `zdd.transport.Session` without any network."""

    shell: tuple[str, ...] = ("/bin/sh",)
    path: str = field(default_factory=lambda: os.environ["PATH"])
    name: str = "web1"
    ran: list[Command] = field(default_factory=list)

    def run(self, command: Command) -> Result:
        self.ran.append(command)
        done = subprocess.run(
            [*self.shell, "-c", command.script],
            input=command.stdin,
            capture_output=True,
            env={"PATH": self.path},
            timeout=command.timeout,
            check=False,
        )
        return Result(exit=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())

    def upload(self, source: Path | bytes, target: str, *, sha256: str, mode: str = "0600", become: str = "") -> None:
        content = source if isinstance(source, bytes) else source.read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Failed(f"{target}: wrong checksum")
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).write_bytes(content)
        Path(target).chmod(int(mode, 8))

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        raise ConnectionRefusedError(port)


def busybox_tools(folder: Path) -> str:
    """A PATH on which every tool is BusyBox's."""
    folder.mkdir()
    busybox = which("busybox")
    assert busybox
    for applet in subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout.split():
        (folder / applet).symlink_to(busybox)
    return str(folder)


@pytest.fixture(params=["dash", "busybox"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Machine]:
    if request.param == "busybox":
        busybox = which("busybox") or pytest.skip("no busybox here")
        yield Machine(shell=(busybox, "sh"), path=busybox_tools(tmp_path / "busybox tools"))
    else:
        yield Machine()

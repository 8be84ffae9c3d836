"""A session on this very machine: what the balancers ask of a host, without SSH."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zdd.transport import Channel, Command, Result


@dataclass(frozen=True, kw_only=True)
class LocalSession:
    """Runs each command with /bin/sh. `env` replaces single variables, such as PATH."""

    name: str = "lb1"
    env: Mapping[str, str] = field(default_factory=dict)

    def run(self, command: Command) -> Result:
        done = subprocess.run(
            ["/bin/sh", "-c", command.script],
            input=command.stdin,
            capture_output=True,
            timeout=command.timeout,
            env={**os.environ, **self.env},
            check=False,
        )
        return Result(exit=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())

    def upload(self, source: Path | bytes, target: str, *, sha256: str, mode: str = "0600", become: str = "") -> None:
        raise NotImplementedError

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        raise NotImplementedError

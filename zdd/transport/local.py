"""The controller itself as a machine: for tasks that say `on: controller`. Implements `Session`."""

import os
import secrets
import signal
import socket
import subprocess
from pathlib import Path

from zdd.errors import Failed, Lost
from zdd.transport import Channel, Command, Result
from zdd.transport.said import ENDED, GRACE
from zdd.transport.shell import SUDO_REFUSED, framed, unframed


class Local:
    """Runs commands as a session does, without SSH."""

    name = "controller"

    def run(self, command: Command) -> Result:
        nonce = secrets.token_hex(8)
        out, err, status = self._output(command, nonce)
        if unframed(out, nonce) is None:
            said = err.decode(errors="replace").strip()
            refused = f"sudo -n to {command.become} was refused: {said}" if status == SUDO_REFUSED else said
            raise Failed(f"controller: {command.verb}: its shell did not start: {refused}", cause="environment")
        return Result(exit=status, out=unframed(out, nonce) or "", err=unframed(err, nonce) or "")

    def _output(self, command: Command, nonce: str) -> tuple[bytes, bytes, int]:
        """In a process group of its own, so that nothing of it outlives its limit."""
        argv = ["/bin/sh", "-c", framed(command, nonce)]
        pipe = subprocess.PIPE
        with subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True) as process:
            try:
                out, err = process.communicate(command.stdin, timeout=command.timeout + GRACE)
            except subprocess.TimeoutExpired as error:
                os.killpg(process.pid, signal.SIGKILL)
                raise Lost(f"controller: {command.verb}: it did not end in {command.timeout:g} s") from error
        if process.returncode in ENDED or process.returncode < 0:
            raise Lost(f"controller: {command.verb}: it did not end in {command.timeout:g} s, or was killed")
        return out, err, process.returncode

    def upload(self, source: Path | bytes, target: str, *, sha256: str, mode: str = "0600", become: str = "") -> None:
        raise Failed("nothing is uploaded to the controller", cause="environment")

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        return socket.create_connection((address, port), timeout)

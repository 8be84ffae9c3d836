"""SSH as a bare script would have it: paramiko with TCP_NODELAY, a session that stays open, a channel for a command."""

import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import paramiko

WINDOW = 1 << 24


class Bare:
    """One open session, by the inventory's own variables."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        connection = socket.create_connection((variables["ansible_host"], variables["ansible_port"]), timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.transport = paramiko.Transport(connection)
        self.transport.start_client(timeout=15)
        key = paramiko.PKey.from_path(Path(variables["ansible_ssh_private_key_file"]))
        self.transport.auth_publickey(variables["ansible_user"], key)

    def run(self, line: str, stdin: bytes = b"") -> str:
        """What it printed. Raises `RuntimeError` when it fails."""
        channel = self.transport.open_session()
        channel.exec_command(line)
        channel.sendall(stdin)
        channel.shutdown_write()
        out, err = channel.makefile("rb").read(), channel.makefile_stderr("rb").read()
        status = channel.recv_exit_status()
        channel.close()
        if status != 0:
            raise RuntimeError(f"{line}: exit {status}: {err.decode()}")
        return str(out.decode())

    def get(self, address: str, port: int, path: str) -> bytes:
        """The body of an HTTP answer on a fresh connection from the host; empty where nobody answers."""
        try:
            channel = self.transport.open_channel("direct-tcpip", (address, port), ("127.0.0.1", 0), timeout=2)
        except paramiko.ChannelException:
            return b""
        channel.settimeout(2)
        channel.sendall(f"GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
        answer = channel.makefile("rb").read()
        channel.close()
        return bytes(answer.partition(b"\r\n\r\n")[2])

    def close(self) -> None:
        self.transport.close()


class Phases:
    """Seconds by phase, of all hosts together."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._at = time.perf_counter()

    def end(self, name: str) -> None:
        """What was done since the last word was this phase."""
        now = time.perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self._at
        self._at = now

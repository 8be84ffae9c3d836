"""Keys of ssh-agent, spoken to with a limit: a dead agent's socket would hang paramiko for ever."""

import contextlib
import socket
from collections.abc import Iterator

import paramiko
from paramiko.agent import AgentKey, AgentSSH
from paramiko.pkey import PublicBlob

PROBE = 2.0  # seconds until it has said which keys it has
SIGN = 30.0  # it may ask a person first


class Agent(AgentSSH):
    """The agent behind one socket."""

    def __init__(self, channel: socket.socket) -> None:
        super().__init__()
        self._connect(channel)  # type: ignore[attr-defined]


@contextlib.contextmanager
def agent_keys(path: str) -> Iterator[list[AgentKey]]:
    """What it holds, for as long as it may be asked to sign. None where it does not answer."""
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(PROBE)
        keys: list[AgentKey] = []
        with contextlib.suppress(OSError, paramiko.SSHException):
            channel.connect(path)
            keys = [_with_certificate(key) for key in Agent(channel).get_keys()]
        channel.settimeout(SIGN)
        yield keys


def _with_certificate(key: AgentKey) -> AgentKey:
    """The agent lists a certificate as a key of its own; paramiko would offer the bare key in its place."""
    if "-cert-" in key.get_name():
        key.public_blob = PublicBlob(key.get_name(), key.blob)  # type: ignore[assignment]
    return key

"""Both streams of a channel, read as they come, with a limit on the wait and an eye on a peer that says nothing."""

import threading
import time
from collections.abc import Callable
from typing import Protocol

import paramiko
from paramiko.common import cMSG_CHANNEL_REQUEST

from zdd.transport.said import Said

SILENT = 10.0  # seconds: a peer that answers nothing for so long is gone
LOOK = 1.0  # seconds between two looks at a peer that has nothing to say
BLOCK = 1 << 18


class Peer(Protocol):
    """The other end of the connection."""

    @property
    def name(self) -> str: ...

    @property
    def alive(self) -> bool: ...

    def open(self) -> paramiko.Channel:
        """Raises `Unreachable`."""

    def ping(self) -> bool: ...

    def close(self) -> None: ...


class Hearing:
    """Fills what a command has said. Raises `TimeoutError` or `ConnectionError` where there is nothing to wait for."""

    def __init__(self, peer: Peer, channel: paramiko.Channel, said: Said) -> None:
        self._peer, self._channel, self._said = peer, channel, said
        self._news = threading.Event()
        channel.in_buffer.set_event(self._news)
        channel.in_stderr_buffer.set_event(self._news)

    def until(self, over: Callable[[], bool]) -> None:
        """Whichever stream has something, until it is over."""
        heard = time.monotonic()
        while not over():
            if self._take():
                heard = time.monotonic()
                continue
            self._look_after(heard)
            if time.monotonic() - heard > SILENT:
                heard = time.monotonic()
            self._news.clear()
            if not (has_news(self._channel) or over()):
                self._news.wait(max(0.0, min(LOOK, self._said.end - time.monotonic())))

    def _take(self) -> bool:
        took = False
        if self._channel.recv_ready():
            self._said.out += self._channel.recv(BLOCK)
            took = True
        if self._channel.recv_stderr_ready():
            self._said.err += self._channel.recv_stderr(BLOCK)
            took = True
        return took

    def _look_after(self, heard: float) -> None:
        now = time.monotonic()
        if now > self._said.end:
            raise TimeoutError(self._said.too_long)
        if not self._peer.alive:
            raise ConnectionError(GONE)
        if now - heard > SILENT and not self._peer.ping():
            self._peer.close()
            raise ConnectionError(f"it answered nothing for {SILENT:g} s")


GONE = "the connection is gone"


def has_news(channel: paramiko.Channel) -> bool:
    return channel.recv_ready() or channel.recv_stderr_ready()


def is_over(channel: paramiko.Channel) -> bool:
    """Nothing is there, and nothing will come."""
    return bool(channel.eof_received or channel.closed) and not has_news(channel)


def status(peer: Peer, channel: paramiko.Channel, said: Said) -> int:
    """The exit status of what has ended. Raises `ConnectionError` where there is none."""
    if not channel.status_event.wait(max(0.1, min(SILENT, said.end - time.monotonic()))):
        raise ConnectionError("it ended without an exit status")
    if channel.exit_status >= 0:
        return channel.exit_status
    if channel.eof_received:  # of what was killed the outputs end; where the peer refuses it or is gone, they do not
        raise ConnectionError("it was killed")
    raise ConnectionError("the channel was closed" if peer.alive else GONE)


def ask_for(line: str, channel: paramiko.Channel) -> None:
    """Without waiting for the answer, which paramiko itself would do for ever: where the peer refuses, the channel is
    closed, and whoever hears it looks after a peer that says nothing."""
    request = paramiko.Message()
    request.add_byte(cMSG_CHANNEL_REQUEST)
    request.add_int(channel.remote_chanid)
    request.add_string("exec")
    request.add_boolean(True)
    request.add_string(line)
    channel.get_transport()._send_user_message(request)  # type: ignore[attr-defined]

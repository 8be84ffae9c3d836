"""A transport to one machine: connected, its host key verified, logged in."""

import logging
import socket
from collections.abc import Sequence
from typing import Any

import paramiko

from zdd.errors import Unreachable
from zdd.model import Endpoint
from zdd.transport import Channel
from zdd.transport.credentials import Credentials
from zdd.transport.identity import identities
from zdd.transport.known_hosts import Line, kinds, known
from zdd.transport.openssh import Resolved
from zdd.transport.vouched import verify

CONNECT, BANNER, AUTH = 10.0, 15.0, 20.0  # seconds
WINDOW = 1 << 24
WEAK = {
    "macs": ["hmac-md5", "hmac-md5-96", "hmac-sha1-96"],
    "ciphers": ["3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc"],
}

# What it has to say is in what it raises. Without a handler its log would break into the screen.
logging.getLogger("paramiko").addHandler(logging.NullHandler())


class Transient(Unreachable):
    """Worth another try: nothing says that it would be refused again."""


def logged_in(endpoint: Endpoint, at: Resolved, way: Channel | None, credentials: Credentials) -> paramiko.Transport:
    """`way`: a stream to the machine over another one. Raises `Unreachable`."""
    lines = known(at.known_hosts, at.known_as)
    transport = greeted(endpoint, at, way, lines)
    try:
        verify(endpoint.name, at, lines, transport.get_remote_server_key())
        _log_in(transport, endpoint, at, credentials)
    except (paramiko.SSHException, EOFError, OSError) as error:
        transport.close()
        raise Unreachable(f"{endpoint.name}: {error or 'the connection was closed'}") from error
    except Unreachable:
        transport.close()
        raise
    return transport


def greeted(endpoint: Endpoint, at: Resolved, way: Channel | None, lines: Sequence[Line]) -> paramiko.Transport:
    """Keys are exchanged, nobody is trusted yet. `lines`: what is known of the machine, which is what to ask it for."""
    stream: Any = way or _socket(endpoint, at)
    transport = paramiko.Transport(stream, default_window_size=WINDOW, disabled_algorithms=WEAK)
    transport.banner_timeout, transport.auth_timeout = BANNER, AUTH
    options = transport.get_security_options()
    options.key_types = kinds(lines, list(options.key_types))
    try:
        transport.start_client(timeout=BANNER)
    except (paramiko.SSHException, EOFError, OSError) as error:
        transport.close()
        crowded = isinstance(error, EOFError | OSError) or "banner" in str(error)  # sshd drops some, see MaxStartups
        raise (Transient if crowded else Unreachable)(
            f"{endpoint.name}: {error or 'the connection was closed'}"
        ) from error
    return transport


def _socket(endpoint: Endpoint, at: Resolved) -> socket.socket:
    try:
        made = socket.create_connection((at.address, at.port), timeout=CONNECT)
    except OSError as error:
        why = "did not answer" if isinstance(error, TimeoutError) else error.strerror or str(error)
        raise Transient(f"{endpoint.name}: {at.address}:{at.port}: {why}") from error
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # without it each channel waits 40 ms for a delayed ACK
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return made


def _log_in(transport: paramiko.Transport, endpoint: Endpoint, at: Resolved, credentials: Credentials) -> None:
    tried: list[str] = []
    for label, key in identities(at, credentials):
        try:
            if key:
                transport.auth_publickey(at.user, key)
                return
        except paramiko.AuthenticationException:
            pass
        tried.append(label)
    what = ", ".join(tried) or "no key at all: name one with ansible_ssh_private_key_file, or load one into ssh-agent"
    raise Unreachable(f"{endpoint.name}: {at.user} may not log in with {what}")

"""A command on a channel of its own: input in, both outputs out, and the exit status."""

import contextlib
import itertools
import threading
from collections.abc import Iterable

import paramiko

from zdd.transport import Command, Result
from zdd.transport.hearing import GONE, SILENT, Hearing, Peer, ask_for, is_over, status
from zdd.transport.said import Said
from zdd.transport.shell import at_login, framed


def exchange(peer: Peer, command: Command, password: bytes, blocks: Iterable[bytes] = ()) -> Result:
    """`password`: the line that sudo wants ahead of the input; `blocks`: an input that is read as it goes."""
    said = Said(peer.name, command)
    channel = peer.open()
    try:
        channel.settimeout(SILENT)
        ask_for(at_login(framed(command, said.nonce, password=bool(password))), channel)
        _feed(channel, [password, command.stdin], blocks)
        Hearing(peer, channel, said).until(lambda: is_over(channel))
        return said.result(status(peer, channel, said))
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise said.lost(str(error) or GONE) from error
    finally:
        channel.close()


def _feed(channel: paramiko.Channel, ahead: Iterable[bytes], blocks: Iterable[bytes]) -> None:
    if blocks or any(ahead):
        threading.Thread(target=_give, args=(channel, itertools.chain(ahead, blocks)), daemon=True).start()
    else:
        channel.shutdown_write()


def _give(channel: paramiko.Channel, blocks: Iterable[bytes]) -> None:
    """In a thread of its own: a machine that talks before it has listened would block both. Whatever cannot be sent
    ends the input, and the machine says what it makes of that."""
    channel.settimeout(None)  # whoever hears it looks after the peer, and closes the channel
    with contextlib.suppress(OSError, EOFError):
        for block in blocks:
            channel.sendall(block)
    with contextlib.suppress(OSError, EOFError):
        channel.shutdown_write()

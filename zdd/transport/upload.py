"""A file onto a machine: streamed over one channel, its checksum taken on the way, in place at once or not at all."""

import contextlib
import shlex
from collections.abc import Iterator
from hashlib import sha256 as digest_of
from pathlib import Path
from typing import Protocol

import paramiko

from zdd.errors import Failed, Lost
from zdd.transport import Command, Result
from zdd.transport.shell import unframed

BLOCK = 1 << 15  # a packet; paramiko copies what is left of a larger one for each packet that it cuts off
LEAST_RATE = 200_000  # bytes a second; slower than that is as good as stuck
SAME = "same"


class Line(Protocol):
    """The SSH session, as much of it as an upload needs."""

    @property
    def name(self) -> str: ...

    def run(self, command: Command) -> Result: ...

    def open(self) -> paramiko.Channel: ...

    def framed(self, command: Command, nonce: str) -> tuple[str, bytes]: ...


def upload(line: Line, source: Path | bytes, target: str, *, sha256: str, mode: str, become: str) -> None:
    """Raises `Failed` when the machine refuses it, `Lost` when nobody knows."""
    if line.run(there(target, sha256, become)).out.strip() == SAME:
        return
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    command = put(target, sha256, mode, become, timeout=60.0 + size / LEAST_RATE)
    result = _stream(line, command, _blocks(source, sha256))
    if not result.ok:
        raise Failed(f"{line.name}: {target} was not written: {result.last_words}", "environment", result.last_words)


def there(target: str, sha256: str, become: str) -> Command:
    """Whether it is there already, to the letter."""
    file = shlex.quote(target)
    script = f'[ -f {file} ] && [ "$(sha256sum < {file})" = "{sha256}  -" ] && echo {SAME} || true'
    return Command(verb="upload.look", script=script, args={"target": target}, become=become, timeout=120.0)


def put(target: str, sha256: str, mode: str, become: str, *, timeout: float) -> Command:
    """Into a private folder beside the target, verified, on the disk, and then renamed."""
    where, file = shlex.quote(str(Path(target).parent)), shlex.quote(target)
    script = f"""(umask 022; mkdir -p {where}) || exit 73
umask 077
beside=$(mktemp -d {where}/.zdd-upload.XXXXXX) || exit 73
trap 'rm -rf "$beside"' EXIT
sum=$(tee "$beside/file" | sha256sum)
[ "$sum" = "{sha256}  -" ] || {{ echo "what arrived is not what was sent" >&2; exit 65; }}
chmod {shlex.quote(mode)} "$beside/file" || exit 73
sync "$beside/file" 2>/dev/null || sync
mv -f "$beside/file" {file} || exit 73
"""
    args = {"target": target, "sha256": sha256, "mode": mode}
    return Command(verb="upload", script=script, args=args, become=become, timeout=timeout, changes=True)


def _stream(line: Line, command: Command, blocks: Iterator[bytes]) -> Result:
    nonce = "zdd" + command.args["sha256"][:16]
    channel = line.open()
    try:
        channel.settimeout(60.0)
        words, ahead = line.framed(command, nonce)
        channel.exec_command(words)
        with contextlib.suppress(OSError):  # a machine that refuses closes its end, and says why
            channel.sendall(ahead)
            for block in blocks:
                channel.sendall(block)
        channel.shutdown_write()
        out, err = _all(channel.makefile("rb")), _all(channel.makefile_stderr("rb"))
        if not channel.status_event.wait(60.0) or channel.exit_status < 0:
            raise Lost(f"{line.name}: the upload of {command.args['target']} ended without an answer")
        return Result(exit=channel.exit_status, out=unframed(out, nonce) or "", err=unframed(err, nonce) or "")
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise Lost(f"{line.name}: upload of {command.args['target']}: {error or 'the connection is gone'}") from error
    finally:
        channel.close()


def _all(stream: "paramiko.ChannelFile") -> bytes:
    data: bytes = stream.read()
    return data


def _blocks(source: Path | bytes, sha256: str) -> Iterator[bytes]:
    if isinstance(source, bytes):
        if digest_of(source).hexdigest() != sha256:
            raise Failed("what is to be sent is not what was frozen", "environment")
        yield from (source[at : at + BLOCK] for at in range(0, len(source), BLOCK))
        return
    with source.open("rb") as file:
        while block := file.read(BLOCK):
            yield block

"""A file onto a machine: streamed over one channel under the limits of any command, its checksum taken on the way, in
place at once or not at all."""

import shlex
from collections.abc import Iterable, Iterator
from hashlib import sha256 as digest_of
from pathlib import Path
from typing import Protocol

from zdd.errors import Failed
from zdd.transport import Command, Result

BLOCK = 1 << 15  # a packet; paramiko copies what is left of a larger one for each packet that it cuts off
LEAST_RATE = 200_000  # bytes a second; slower than that is as good as stuck
SAME = "same"


class Line(Protocol):
    """The SSH session, as much of it as an upload needs."""

    @property
    def name(self) -> str: ...

    def run(self, command: Command) -> Result: ...

    def stream(self, command: Command, blocks: Iterable[bytes]) -> Result: ...


def upload(line: Line, source: Path | bytes, target: str, *, sha256: str, mode: str, become: str) -> None:
    """Raises `Failed` when the machine refuses it, `Lost` when nobody knows."""
    if isinstance(source, bytes) and digest_of(source).hexdigest() != sha256:
        raise Failed("what is to be sent is not what was frozen", "environment")
    if line.run(there(target, sha256, become)).out.strip() == SAME:
        return
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    command = put(target, sha256, mode, become, timeout=60.0 + size / LEAST_RATE)
    result = line.stream(command, _blocks(source))
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


def _blocks(source: Path | bytes) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield from (source[at : at + BLOCK] for at in range(0, len(source), BLOCK))
        return
    with source.open("rb") as file:
        while block := file.read(BLOCK):
            yield block

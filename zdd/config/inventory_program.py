"""Inventories that are programs: bounded in time and size, and heard out when they fail.

INI and plugin inventories are read by `ansible-inventory`, so that they mean what they mean to Ansible.
"""

import json
import os
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NoReturn

SECONDS = 30.0
MOST = 64 * 1024 * 1024  # bytes of an answer

# Ansible's own defaults go on with an empty inventory where a file can't be read. `VARS_ENABLED`: group_vars and
# host_vars are left to zdd, which knows their lines.
_STRICT = {
    "ANSIBLE_INVENTORY_UNPARSED_FAILED": "1",
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1",
    "ANSIBLE_VARS_ENABLED": "",
    "ANSIBLE_NOCOLOR": "1",
}


class Unanswered(Exception):
    """A program did not say what an inventory is."""


def ask_script(path: Path, seconds: float = SECONDS) -> Any:
    """What an executable answers to `--list`; each host is asked for by itself where there is no `_meta`."""
    command, deadline = str(path.absolute()), time.monotonic() + seconds
    answer = _parsed(run([command, "--list"], deadline))
    if isinstance(answer, dict) and "_meta" not in answer:
        answer["_meta"] = {
            "hostvars": {host: _parsed(run([command, "--host", host], deadline) or b"{}") for host in _hosts(answer)}
        }
    return answer


def ask_ansible(path: Path, seconds: float = SECONDS) -> Any:
    """What `ansible-inventory` makes of a file that only Ansible can read."""
    program = shutil.which("ansible-inventory")
    if not program:
        raise Unanswered(
            "only `ansible-inventory` can read this (INI, or a plugin's settings), and it is not installed here: "
            "install `ansible-core`, or write it as YAML with `ansible-inventory -i FILE --list --export --yaml`"
        )
    command = [program, "-i", str(path.absolute()), "--list", "--export"]
    return _parsed(run(command, time.monotonic() + seconds, _STRICT))


def run(command: Sequence[str], deadline: float, extra: Mapping[str, str] | None = None) -> bytes:
    """A program's standard output; `Unanswered` with its last words where it fails, hangs or never ends."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(extra or {})},
            start_new_session=True,  # so that what it has started ends with it
        )
    except OSError as error:
        raise Unanswered(f"it can't be run: {error.strerror}") from error
    assert process.stdout and process.stderr
    heard: dict[str, bytearray] = {"stdout": bytearray(), "stderr": bytearray()}
    with process:
        try:
            _listen({"stdout": process.stdout, "stderr": process.stderr}, heard, deadline)
            code = process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            _fail("it gave no answer in time", heard["stderr"])
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
    if code:
        _fail(f"it ended with {code}", heard["stderr"] or heard["stdout"])
    return bytes(heard["stdout"])


def _listen(streams: Mapping[str, IO[bytes]], heard: Mapping[str, bytearray], deadline: float) -> None:
    """Reads both streams to their end, so that neither can block the program."""
    with selectors.DefaultSelector() as selector:
        for name, stream in streams.items():
            selector.register(stream, selectors.EVENT_READ, name)
        while selector.get_map():
            ready = selector.select(max(deadline - time.monotonic(), 0))
            if not ready:
                _fail("it gave no answer in time", heard["stderr"])
            for key, _ in ready:
                block = os.read(key.fd, 65536)
                heard[key.data].extend(block)
                if not block:
                    selector.unregister(key.fileobj)
                if len(heard[key.data]) > MOST:
                    _fail(f"it said more than {MOST // 1024 // 1024} MB", b"")


def _fail(why: str, said: bytes | bytearray) -> NoReturn:
    words = " ".join(bytes(said[-2000:]).decode(errors="replace").split())
    raise Unanswered(why + (f"; it said: {words[-500:]}" if words else " and said nothing"))


def _parsed(text: bytes) -> Any:
    """JSON without what Ansible would silently drop: a key that is there twice."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError as error:
        raise Unanswered("its answer is nested too deeply") from error
    except ValueError as error:
        words = " ".join(text[:200].decode(errors="replace").split())
        raise Unanswered(f"its answer is not JSON: {error}; it said: {words or 'nothing'}") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))
        raise ValueError(f"the key {twice!r} is there twice")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _hosts(answer: Mapping[str, Any]) -> list[str]:
    lists = [group.get("hosts") if isinstance(group, dict) else group for group in answer.values()]
    return list(
        dict.fromkeys(host for hosts in lists if isinstance(hosts, list) for host in hosts if isinstance(host, str))
    )

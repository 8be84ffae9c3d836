"""What is written to the shell that stays, read by every shell that may be `/bin/sh` somewhere."""

import subprocess
from pathlib import Path
from shutil import which

import pytest

from zdd.transport import Command
from zdd.transport.shell import framed, unframed
from zdd.transport.standing import BOOT, HELLO, LONGEST, stands, turn

SHELLS = (("dash",), ("bash", "--posix"), ("busybox", "sh"))
NONCE, END = "aaaa", "aaaa."


@pytest.fixture(params=SHELLS, ids=lambda shell: shell[0])
def shell(request: pytest.FixtureRequest) -> tuple[str, ...]:
    words: tuple[str, ...] = request.param
    if not which(words[0]):
        pytest.skip(f"no {words[0]} here")
    return words


def said(shell: tuple[str, ...], *commands: Command) -> list[tuple[str, int]]:
    """What each has said on its own stdout, and how it ended, from one shell for all."""
    turns = b"".join(turn(framed(command, NONCE), command.stdin, END) for command in commands)
    done = subprocess.run(shell, input=turns, capture_output=True, timeout=20, check=False)
    parts = done.stdout.decode("latin-1").split(f"\n{END} ")
    outs = [unframed(part.encode(), NONCE) or "" for part in parts[:-1]]
    return list(zip(outs, (int(part.split("\n")[0]) for part in parts[1:]), strict=True))


def command(script: str, stdin: bytes = b"") -> Command:
    return Command(verb="test", script=script, stdin=stdin)


def test_one_after_another(shell: tuple[str, ...]) -> None:
    assert said(shell, command("echo one; exit 3"), command("cat", b"two\n"), command("cat; echo 'it''s' three")) == [
        ("one\n", 3),
        ("two\n", 0),
        ("its three\n", 0),
    ]


def test_input_to_the_letter(shell: tuple[str, ...]) -> None:
    every = bytes(range(1, 256))
    ((text, code),) = said(shell, command("od -An -v -tx1", every * 5))
    assert (bytes.fromhex("".join(text.split())), code) == (every * 5, 0)


def test_what_is_no_shell_is_the_commands_own_matter(shell: tuple[str, ...]) -> None:
    """A script that does not parse, or ends its shell, leaves the one that stays as it was."""
    (_, wrong), (_, ended), (next, _) = said(shell, command("if (("), command("exec false"), command("echo next"))
    assert wrong != 0 and ended == 1 and next == "next\n"


@pytest.mark.parametrize("there", [True, False])
def test_its_first_word_is_the_boot_where_the_machine_tells_it(shell: tuple[str, ...], there: bool) -> None:
    hello = HELLO if there else HELLO.replace(b"/proc/", b"/absent/")
    done = subprocess.run(shell, input=hello + b"echo on\n", capture_output=True, timeout=20, check=False)
    assert done.stderr == b"" and done.stdout.endswith(b"\non\n")
    boot = Path("/proc/sys/kernel/random/boot_id").read_bytes().strip()
    found = BOOT.search(b"welcome\n" + done.stdout)
    assert (found and found[1]) == (boot if there else None)


def test_which_may_be_run_there() -> None:
    assert stands(command("x")) and stands(command("x", b"y" * LONGEST))
    assert not stands(command("x", b"y" * (LONGEST + 1))), "it would be a very long line"
    assert not stands(command("x", b"\0")), "no shell can hold it"
    assert not stands(Command(verb="run", script="x", users_own=True))

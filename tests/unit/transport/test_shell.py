"""A command's frame, run by a real sh with a sudo that does what sudo does with its input."""

import os
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from zdd.transport import Command, Result
from zdd.transport.fence import as_user
from zdd.transport.shell import SUDO_REFUSED, asks, framed, unframed

NONCE = "zdd0123"
PASSWORD = "it's $HOME `x`"

SUDO = r"""#!/bin/sh
# -n: refuses where a password is wanted. -S: takes one line of its input, if one is wanted.
input=; none=
while [ $# -gt 0 ]; do case $1 in
  -n) none=1; shift;; -k) shift;; -S) input=1; shift;; -p|-u) shift 2;; --) shift; break;; *) break;; esac; done
printf '%s\n' "$*" >> "$SUDO_LOG"
if [ -n "$SUDO_WANTS" ]; then
  [ -z "$none" ] || { echo "sudo: a password is required" >&2; exit 1; }
  IFS= read -r line
  [ "$line" = "$SUDO_WANTS" ] || { echo "sudo: 1 incorrect password attempt" >&2; exit 1; }
fi
exec "$@"
"""


class Machine:
    """Where the login may be anybody by sudo: freely, or with a password."""

    def __init__(self, folder: Path, wants: str) -> None:
        self.log = folder / "log"
        (folder / "sudo").write_text(SUDO)
        (folder / "sudo").chmod(0o755)
        self._env = {**os.environ, "PATH": f"{folder}:/usr/bin:/bin", "SUDO_LOG": str(self.log), "SUDO_WANTS": wants}

    def run(self, line: str, given: bytes = b"") -> Result:
        done = subprocess.run(
            ["/bin/sh", "-c", line], input=given, capture_output=True, env=self._env, timeout=20, check=False
        )
        return Result(exit=done.returncode, out=said(done.stdout), err=said(done.stderr))


def said(data: bytes) -> str:
    framed = unframed(data, NONCE)
    return data.decode() if framed is None else framed


def command(script: str, become: str = "shop") -> Command:
    return Command(verb="test", script=script, become=become, timeout=5.0)


@pytest.fixture
def free(tmp_path: Path) -> Machine:
    return Machine(tmp_path, "")


@pytest.fixture
def strict(tmp_path: Path) -> Machine:
    return Machine(tmp_path, PASSWORD)


def test_without_sudo(free: Machine) -> None:
    result = free.run(framed(command("cat; echo oops >&2; exit 7", become=""), NONCE), b"input")
    assert (result.exit, result.out, result.err) == (7, "input", "oops\n")
    assert not free.log.exists()


def test_sudo_that_wants_nothing(free: Machine) -> None:
    assert free.run(framed(command("cat"), NONCE), b"input").out == "input"


def test_sudo_that_wants_a_password_and_gets_none(strict: Machine) -> None:
    result = strict.run(framed(command("echo done"), NONCE))
    assert result.exit == SUDO_REFUSED and "done" not in result.out and "a password is required" in result.err


@pytest.mark.parametrize("given", [b"", b"input", b"\n\n", b"x" * 300_000])
def test_the_password_goes_to_sudo_and_the_rest_to_the_command(strict: Machine, given: bytes) -> None:
    result = strict.run(framed(command("cat; exit 3"), NONCE, password=True), f"{PASSWORD}\n".encode() + given)
    assert (result.exit, result.out.encode()) == (3, given)
    assert PASSWORD not in strict.log.read_text() and "it's" not in strict.log.read_text()


@pytest.mark.parametrize("user", ["shop", "$(id -un)"])
def test_a_password_that_nobody_wants_does_not_reach_the_command(free: Machine, user: str) -> None:
    me = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    become = user.replace("$(id -un)", me)
    line = framed(command("cat", become), NONCE, password=True)
    assert free.run(line, f"{PASSWORD}\ninput".encode()).out == "input"


@pytest.mark.parametrize(("wants", "said"), [("", "free"), (PASSWORD, "asked")])
def test_whether_it_asks(tmp_path: Path, wants: str, said: str) -> None:
    result = Machine(tmp_path, wants).run(asks("shop").script, f"{PASSWORD}\n".encode())
    assert (result.exit, result.out.strip()) == (0, said)


def test_a_wrong_one_is_refused_in_sudos_words(strict: Machine) -> None:
    result = strict.run(asks("shop").script, b"wrong\n")
    assert result.exit == SUDO_REFUSED and "1 incorrect password attempt" in result.err


def test_what_a_login_shell_prints_first_is_dropped(free: Machine) -> None:
    line = f"echo hello; exec /bin/sh -c {shlex.quote(framed(command('echo done'), NONCE))}"
    assert free.run(line).out == "done\n"


@pytest.mark.parametrize(("wants", "password"), [("", False), (PASSWORD, True)])
def test_a_script_that_calls_sudo_itself(tmp_path: Path, wants: str, password: bool) -> None:
    machine = Machine(tmp_path, wants)
    inner = as_user("shop", "cat; echo as shop; exit 3")
    fenced = replace(command(f"({inner})", become=""), within="shop")
    given = f"{PASSWORD}\n".encode() * password + b"input "
    result = machine.run(framed(fenced, NONCE, password=password), given)
    assert (result.exit, result.out) == (3, "input as shop\n")
    assert "it's" not in machine.log.read_text()

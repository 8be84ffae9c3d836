"""The password is wanted or not, found out once; a wrong one is given once."""

import pytest

from zdd.errors import Failed
from zdd.transport import Command, Result
from zdd.transport.shell import SUDO_REFUSED
from zdd.transport.sudo import Sudo, refused


class Machine:
    def __init__(self, result: Result) -> None:
        self.result, self.asked = result, list[Command]()

    def run(self, command: Command) -> Result:
        self.asked.append(command)
        return self.result


def sudo(machine: Machine, password: str = "secret") -> Sudo:
    return Sudo("web1", password, machine.run)


def test_without_a_password_nobody_is_asked() -> None:
    machine = Machine(Result(exit=1))
    assert sudo(machine, "").password("root") == b"" and machine.asked == []


@pytest.mark.parametrize(("said", "line"), [("asked\n", b"secret\n"), ("free\n", b"")])
def test_found_out_once(said: str, line: bytes) -> None:
    machine = Machine(Result(exit=0, out=said))
    of = sudo(machine)
    assert [of.password("root"), of.password("root"), of.password("shop")] == [line] * 3
    assert [command.stdin for command in machine.asked] == [b"secret\n"] * 2
    assert all("secret" not in command.script for command in machine.asked)


def test_a_wrong_one_is_given_once() -> None:
    machine = Machine(Result(exit=SUDO_REFUSED, err="sudo: 1 incorrect password attempt"))
    of = sudo(machine)
    for _ in range(3):
        with pytest.raises(Failed, match="web1: sudo to root was refused with the password of -K: 1 incorrect"):
            of.password("root")
    assert len(machine.asked) == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("sudo: unable to resolve host web1: …\nsudo: a password is required\n", "a password is required; -K asks you"),
        ("We trust you …\n\nops is not in the sudoers file.\n", "ops is not in the sudoers file.$"),
        ("/bin/sh: 1: sudo: not found\n", "/bin/sh: 1: sudo: not found$"),
        ("", "it said nothing$"),
    ],
)
def test_the_reason_is_the_last_thing_it_says_and_minus_k_is_named_where_it_helps(said: str, why: str) -> None:
    with pytest.raises(Failed, match=f"^web1: sudo to root was refused: {why}"):
        raise refused("web1", "root", said)

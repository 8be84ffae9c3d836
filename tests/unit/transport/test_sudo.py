"""The password is wanted or not, found out once; a wrong one is given once."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from zdd.errors import Failed
from zdd.transport import Command, Result
from zdd.transport.shell import SUDO_REFUSED
from zdd.transport.sudo import Password, Sudo, refused

WRONG = Result(exit=SUDO_REFUSED, err="sudo: 1 incorrect password attempt")
NOT_ALLOWED = Result(exit=SUDO_REFUSED, err="ops is not in the sudoers file.")


class Machine:
    def __init__(self, result: Result) -> None:
        self.result, self.asked = result, list[Command]()

    def run(self, command: Command) -> Result:
        self.asked.append(command)
        return self.result


def sudo(machine: Machine, password: str = "secret") -> Sudo:
    return Sudo("web1", Password(password), machine.run)


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
    machine = Machine(WRONG)
    of = sudo(machine)
    for _ in range(3):
        with pytest.raises(Failed, match="web1: sudo to root was refused with the password of -K: 1 incorrect"):
            of.password("root")
    assert len(machine.asked) == 1


def test_one_that_was_wrong_on_one_machine_is_given_to_no_other() -> None:
    shared = Password("secret")
    wrong, other = Machine(WRONG), Machine(Result(exit=0, out="asked\n"))
    with pytest.raises(Failed, match="incorrect"):
        Sudo("web1", shared, wrong.run).password("root")
    with pytest.raises(Failed, match="web2: the password of -K was not given: it was wrong on web1"):
        Sudo("web2", shared, other.run).password("root")
    assert other.asked == []


@pytest.mark.parametrize("first", [Result(exit=0, out="asked\n"), NOT_ALLOWED], ids=["right", "not allowed there"])
def test_what_only_one_machine_refuses_stops_no_other(first: Result) -> None:
    shared, other = Password("secret"), Machine(Result(exit=0, out="asked\n"))
    machines = [Sudo("web1", shared, Machine(first).run), Sudo("web2", shared, other.run)]
    for of in machines:
        with contextlib.suppress(Failed):
            of.password("root")
    assert machines[1].password("root") == b"secret\n"


def test_once_it_was_right_a_machine_with_another_password_stops_itself_alone() -> None:
    shared = Password("secret")
    for name, result in (("web1", Result(exit=0, out="asked\n")), ("web2", WRONG)):
        with contextlib.suppress(Failed):
            Sudo(name, shared, Machine(result).run).password("root")
    assert Sudo("web3", shared, Machine(Result(exit=0, out="asked\n")).run).password("root") == b"secret\n"


def test_it_is_given_to_one_at_a_time_until_one_has_taken_it() -> None:
    shared, begun, on = Password("secret"), threading.Event(), threading.Event()
    second = Machine(Result(exit=0, out="asked\n"))

    def slow(command: Command) -> Result:
        begun.set()
        on.wait(10)
        return WRONG

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(Sudo("web1", shared, slow).password, "root")
        begun.wait(10)
        two = pool.submit(Sudo("web2", shared, second.run).password, "root")
        on.set()
        assert "wrong on web1" in str(two.exception(10)) and one.exception(10)
    assert second.asked == []


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

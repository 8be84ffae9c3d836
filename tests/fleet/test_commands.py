"""Commands against a real sshd: in the shell that stays, and those of the user's own, which have a login each."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.fleet.real_sshd import Server, sshd_in
from zdd.errors import Lost, Unreachable
from zdd.transport import Command, Result
from zdd.transport.sessions import Reached, Sessions

# A login that prints before anything is done, and at most three commands at once.
NOISY = 'ForceCommand echo hello; echo oops >&2; eval "$SSH_ORIGINAL_COMMAND"'
MOST = 3
BEGUN = "Starting session: forced-command"

both = pytest.mark.parametrize("users_own", [False, True], ids=["zdd's", "user's own"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with sshd_in(tmp_path_factory.mktemp("sshd"), NOISY, f"MaxSessions {MOST}") as server:
        server.vouch("[127.61.7.*]:{port} {host}")
        yield server


@pytest.fixture
def host(server: Server) -> Iterator[Reached]:
    sessions = Sessions()
    yield sessions.open(server.endpoint(key_file=str(server.folder / "plain")))
    sessions.close()


def run(host: Reached, script: str, *, users_own: bool = False, stdin: bytes = b"", timeout: float = 20.0) -> Result:
    """As a change: it is never done twice."""
    return host.run(
        Command(verb="test", script=script, users_own=users_own, stdin=stdin, timeout=timeout, changes=True)
    )


@both
@pytest.mark.parametrize(
    ("script", "result"),
    [
        ("echo out; echo err >&2; exit 7", Result(exit=7, out="out\n", err="err\n")),
        ("printf 'no end of line'", Result(exit=0, out="no end of line")),
        ("printf '\\n\\n'; printf '\\n' >&2", Result(exit=0, out="\n\n", err="\n")),
        ('echo "it\'s" \'a "quoted"\' \\$HOME `echo line`', Result(exit=0, out='it\'s a "quoted" $HOME line\n')),
        ("exit 66", Result(exit=66)),
        ("exit 255", Result(exit=255)),
        ("cat; exec 1>&-; exec 2>&-; exit 3", Result(exit=3)),
        ("if", Result(exit=2, err="")),
    ],
)
def test_what_it_says_and_how_it_ends(host: Reached, script: str, result: Result, users_own: bool) -> None:
    said = run(host, script, users_own=users_own)
    assert (said.exit, said.out) == (result.exit, result.out)
    assert said.err == result.err or "yntax error" in said.err


@both
@pytest.mark.parametrize(
    "stdin",
    [b"one\ntwo", b"'; exit 5; '\n", bytes(range(1, 256)), b"\0\1\0", b"\n" * 3, b"x" * 300_000],
    ids=["lines", "quotes", "bytes", "nul", "empty lines", "much"],
)
def test_its_input_arrives_to_the_letter(host: Reached, stdin: bytes, users_own: bool) -> None:
    said = run(host, "od -An -v -tx1", users_own=users_own, stdin=stdin)
    assert bytes.fromhex("".join(said.out.split())) == stdin


@both
def test_an_input_that_nobody_reads_is_not_the_next_commands(host: Reached, users_own: bool) -> None:
    run(host, ":", users_own=users_own, stdin=b"echo not me\n" * 2000)
    assert run(host, "cat; echo done", users_own=users_own).out == "done\n"


@both
def test_much_on_both_streams(host: Reached, users_own: bool) -> None:
    said = run(host, "head -c 3000000 /dev/zero | tr '\\0' x | tee /dev/stderr", users_own=users_own)
    assert (len(said.out), len(said.err)) == (3_000_000, 3_000_000)


def test_one_login_for_zdds_and_one_for_each_of_the_users_own(server: Server, host: Reached) -> None:
    before = server.log().count(BEGUN)
    for _ in range(3):
        run(host, "echo x")
    assert server.log().count(BEGUN) == before + 1
    for _ in range(3):
        run(host, "echo x", users_own=True)
    assert server.log().count(BEGUN) == before + 4


def test_the_shell_that_stays_tells_which_boot_it_is_of(server: Server) -> None:
    sessions = Sessions()
    with sessions.used(server.endpoint(key_file=str(server.folder / "plain"))) as session:
        assert session.boot == ""
        assert session.run(Command(verb="test", script="echo x")).out == "x\n"
        assert session.boot == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    sessions.close()


def test_nothing_of_one_command_holds_for_the_next(host: Reached) -> None:
    script = 'pwd; umask; echo "${A-}${B-}"; ( echo x >&5 ) 2>/dev/null || echo closed; false; echo on'
    before = run(host, script).out
    run(host, "cd /; export A=1; B=2; umask 0; set -eu; exec 5>/dev/null; trap 'echo bye' EXIT")
    assert run(host, script).out == before
    assert before.endswith("\n\nclosed\non\n") and not before.startswith("/\n")


@both
def test_nobody_knows_what_a_killed_one_did(host: Reached, users_own: bool) -> None:
    with pytest.raises(Lost, match="web1: test: it was killed") as caught:
        run(host, "echo about to >&2; kill -KILL $PPID; sleep 1", users_own=users_own)
    assert caught.value.output.splitlines()[0] == "about to"
    assert run(host, "echo next", users_own=users_own).out == "next\n"


@both
def test_nor_what_one_did_that_was_too_slow(host: Reached, users_own: bool) -> None:
    with pytest.raises(Lost, match="it did not end in 1 s"):
        run(host, "sleep 30", users_own=users_own, timeout=1.0)
    assert run(host, "echo next", users_own=users_own).out == "next\n"


@both
def test_where_the_hosts_own_limit_does_not_work(host: Reached, tmp_path: Path, users_own: bool) -> None:
    """Whatever goes on there, nobody waits behind it."""
    holds = f"echo $PPID > {tmp_path}/pid; kill -STOP $PPID"
    with pytest.raises(Lost, match="it did not end in 1 s"):
        run(host, holds, users_own=users_own, timeout=1.0)
    try:
        assert run(host, "echo next", users_own=users_own, timeout=1.0).out == "next\n"
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGCONT)


def test_a_shell_that_was_killed_while_it_waited_is_replaced(host: Reached) -> None:
    shell = int(run(host, "ps -o ppid= -p $PPID | tr -d ' '").out)
    assert "sh" in Path(f"/proc/{shell}/comm").read_text()
    run(host, f"kill -KILL {shell}", users_own=True)
    while Path(f"/proc/{shell}").exists():
        time.sleep(0.01)
    time.sleep(0.1)
    assert run(host, "echo next").out == "next\n"


def test_one_that_is_killed_under_a_command_leaves_it_in_doubt(host: Reached) -> None:
    with pytest.raises(Lost, match="it was killed"):
        run(host, "kill -KILL $(ps -o ppid= -p $PPID); sleep 1")
    assert run(host, "echo next").out == "next\n"


def test_a_question_whose_shell_was_killed_is_asked_again(host: Reached, tmp_path: Path) -> None:
    once = f"echo x >> {tmp_path}/asked; [ $(wc -l < {tmp_path}/asked) -gt 1 ] || kill -KILL $(ps -o ppid= -p $PPID)"
    assert host.run(Command(verb="test", script=f"{once}; echo answer")).out == "answer\n"
    assert (tmp_path / "asked").read_text() == "x\n" * 2


def test_shells_that_wait_make_room_for_the_users_own(host: Reached) -> None:
    together(host, MOST)
    assert run(host, "echo mine", users_own=True).out == "mine\n"


def test_more_at_once_than_sshd_allows_is_said_before_anything_is_begun(host: Reached, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="web1: no channel"):
        together(host, MOST + 1, f"sleep 1; echo x >> {tmp_path}/begun")
    assert (tmp_path / "begun").read_text() == "x\n" * MOST


def test_the_users_own_may_leave_something_that_goes_on_talking(host: Reached) -> None:
    """It has ended when its outputs have, so that none of it is taken for what the next one says."""
    said = run(host, "(sleep 1; echo late) & echo now", users_own=True)
    assert said.out == "now\nlate\n"


def together(host: Reached, number: int, script: str = "sleep 0.3") -> None:
    """So many at the same moment."""
    gate = threading.Barrier(number)

    def one(_: int) -> None:
        gate.wait()
        run(host, script)

    with ThreadPoolExecutor(number) as pool:
        list(pool.map(one, range(number)))

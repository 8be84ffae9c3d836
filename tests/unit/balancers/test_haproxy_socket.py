"""What is sent to the machine, and how the answers are told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.balancers.fake_haproxy import FakeHAProxy
from zdd.balancers.haproxy_socket import RuntimeSocket, split


def runtime(state_file: str = "") -> RuntimeSocket:
    session = FakeHAProxy([])
    return RuntimeSocket(name="lb1", path="/run/haproxy/admin.sock", session=lambda: session, state_file=state_file)


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("\n", ("",)),
        ("\n\nadmin\n\n", ("", "", "admin")),
        ("No such server.\n\n\n", ("No such server.", "")),
        ("1\n# be_id\n2 shop\n\n", ("1\n# be_id\n2 shop",)),
        ("", ()),
        ("admin\n", ()),
        ("\nadm", ("",)),
        ("\nadmin\n", ()),
    ],
)
def test_answers_end_with_an_empty_line(text: str, answers: tuple[str, ...]) -> None:
    assert split(text) == answers


@given(st.lists(st.lists(st.text("ab ", min_size=1), max_size=3).map("\n".join), max_size=5))
def test_what_is_whole_is_told_apart(answers: list[str]) -> None:
    text = "".join(f"{answer}\n\n" if answer else "\n" for answer in answers)
    assert split(text) == tuple(answers)


def test_all_lines_go_in_one() -> None:
    command = runtime().command(("show info", "show table"))
    assert "said=$(ask 'show info;show table' && echo .) || exit" in command.script
    assert command.verb == "haproxy"
    assert "save" not in command.script


def test_only_a_change_is_saved() -> None:
    socket = runtime("/var/lib/haproxy/state")
    assert "save" not in socket.command(("show info",)).script
    saving = socket.command(("set server shop/web1 state drain",), changes=True).script
    assert "state=/var/lib/haproxy/state\n" in saving
    assert saving.endswith("save || exit 73\n")

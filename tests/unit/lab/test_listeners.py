from pathlib import Path

import pytest

from zdd.lab.listeners import Listener, holder_everywhere, on_all_addresses

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
TAIL = "00000000:0000 {state} 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 100 0 0 10 0\n"


def line(address: str, port: int, state: str = "0A") -> str:
    return HEAD + f"   0: {address}:{port:04X} " + TAIL.format(state=state)


@pytest.mark.parametrize("address", ["00000000", "0" * 32])
def test_a_listener_on_all_addresses_is_found(address: str) -> None:
    assert on_all_addresses(line(address, 8080), 8080) == Listener(inode="4711", uid=1000)


@pytest.mark.parametrize(
    "table",
    [
        HEAD,
        line("0100007F", 8080),  # on one address: no hindrance
        line("00000000", 8081),
        line("00000000", 8080, state="01"),  # a connection
    ],
)
def test_whoever_is_no_hindrance_is_not(table: str) -> None:
    assert on_all_addresses(table, 8080) is None


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "tcp").write_text(line("00000000", 8080))
    files = tmp_path / "312" / "fd"
    files.mkdir(parents=True)
    (files.parent / "comm").write_text("node\n")
    (files / "0").symlink_to("/dev/null")
    return tmp_path


def test_it_is_named_with_its_pid(proc: Path) -> None:
    (proc / "312" / "fd" / "7").symlink_to("socket:[4711]")
    assert holder_everywhere(8080, proc) == "node (pid 312)"


def test_another_users_program_is_named_by_its_user(proc: Path) -> None:
    assert holder_everywhere(8080, proc) == "a program of user 1000"


def test_nobody_is_named_when_there_is_nobody(proc: Path) -> None:
    assert holder_everywhere(8081, proc) == ""

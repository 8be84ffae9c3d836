"""Files with secrets in them, as the host's shell writes them; and what a command's input is."""

from hashlib import sha256
from pathlib import Path

import pytest

from tests.unit.steps.fakes import FakeSession, site, task
from tests.unit.steps.machine import Machine
from zdd.config.secrets import Reference, Vault
from zdd.errors import Failed
from zdd.model import File
from zdd.steps import file_commands, sealed
from zdd.steps.place import Home
from zdd.steps.run import RUN
from zdd.steps.written import COPY

CANARY = "c4nary"
PW = Reference.to("env", "PW")


def vault() -> Vault:
    made = Vault(lambda: b"key", {"PW": CANARY})
    made.learn(PW)
    return made


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(str(tmp_path / "zdd's state"), "shop@test")


def file(dest: Path) -> File:
    return File(dest=str(dest), digest="d" * 64, mode="0600", seal="5" * 64)


def kept(home: Home, dest: Path) -> str:
    return home.file(file(dest).kept)


def test_it_is_written_with_no_word_of_it_in_the_command(machine: Machine, home: Home, tmp_path: Path) -> None:
    target = tmp_path / "new folder" / ".env"
    command = sealed.write(str(target), f"PW={CANARY}\n", "0640")
    assert machine.run(command).ok
    assert target.read_text() == f"PW={CANARY}\n" and target.stat().st_mode & 0o777 == 0o640
    assert CANARY not in command.script and sha256(target.read_bytes()).hexdigest() not in command.script
    assert [path.name for path in target.parent.iterdir()] == [".env"]


def test_half_of_it_is_nothing(machine: Machine, tmp_path: Path) -> None:
    target = tmp_path / ".env"
    command = sealed.write(str(target), f"PW={CANARY}\n", "0600")
    from dataclasses import replace

    result = machine.run(replace(command, stdin=command.stdin[:-3]))
    assert not result.ok and not target.exists() and "not what was sent" in result.err


def test_it_is_put_in_place_from_what_the_host_has_kept(machine: Machine, home: Home, tmp_path: Path) -> None:
    dest = tmp_path / "shop.env"
    put = file_commands.put(home, file(dest), "r1")
    assert machine.run(put).exit == 66, "the host has not kept it yet"
    assert machine.run(sealed.write(kept(home, dest), f"PW={CANARY}\n", "0600", summed=True)).ok
    assert not machine.run(file_commands.has(home, file(dest))).ok
    assert machine.run(put).ok and dest.read_text() == f"PW={CANARY}\n" and dest.stat().st_mode & 0o777 == 0o600
    assert machine.run(file_commands.has(home, file(dest))).ok
    assert "unchanged" in machine.run(put).out
    dest.write_text("by hand")
    assert "unchanged" not in machine.run(put).out and dest.read_text() == f"PW={CANARY}\n"


def test_what_the_host_has_kept_is_used_only_whole(machine: Machine, home: Home, tmp_path: Path) -> None:
    dest = tmp_path / "shop.env"
    machine.run(sealed.write(kept(home, dest), f"PW={CANARY}\n", "0600", summed=True))
    Path(kept(home, dest)).write_text("damaged")
    assert machine.run(file_commands.put(home, file(dest), "r1")).exit == 66 and not dest.exists()


def test_a_command_gets_it_as_input_and_nowhere_else(tmp_path: Path) -> None:
    session = FakeSession()
    where = site(session=session)
    where.vault = vault()
    RUN.act(where, task("run", part="change", args={"command": "./login", "stdin": f"{PW}\n"}))
    [command] = session.ran
    assert command.stdin == f"{CANARY}\n".encode()
    assert CANARY not in command.script + str(command.args)


def test_no_digest_of_what_was_there_is_journaled(tmp_path: Path) -> None:
    frozen = tmp_path / "frozen"
    frozen.write_text(f"PW={PW}\n")
    session = FakeSession()
    where = site(session=session)
    where.vault, where.contents = vault(), {"d" * 64: frozen}
    args = {"dest": "/etc/shop.env", "digest": "d" * 64, "mode": "0600", "owner": "", "seal": "5" * 64}
    assert COPY.act(where, task("copy", part="change", args=args)).data == {"dest": "/etc/shop.env"}


def test_a_value_that_nobody_knows_is_not_made_up(tmp_path: Path) -> None:
    where = site()
    with pytest.raises((Failed, KeyError)):
        RUN.act(where, task("run", part="change", args={"command": "./login", "stdin": str(PW)}))

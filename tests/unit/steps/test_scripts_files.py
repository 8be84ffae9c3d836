"""Files outside of releases, as the host's shell puts them in place and back."""

import hashlib
from pathlib import Path

import pytest

from tests.unit.steps.machine import Machine
from zdd.model import File
from zdd.steps import file_commands as commands
from zdd.steps.place import Home


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(str(tmp_path / "zdd's state"), "shop@test")


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    folder = tmp_path / "etc; it's"
    folder.mkdir()
    return folder / "shop $x.conf"


def frozen(home: Home, content: bytes) -> str:
    digest = sha(content)
    Path(home.file(digest)).parent.mkdir(parents=True, exist_ok=True)
    Path(home.file(digest)).write_bytes(content)
    return digest


def put(machine: Machine, home: Home, dest: Path, content: bytes, run: str = "r1", **about: str) -> str:
    file = File(dest=str(dest), digest=frozen(home, content), **about)
    result = machine.run(commands.put(home, file, run))
    assert result.ok, result.err
    return result.out.strip()


def restore(machine: Machine, home: Home, dest: Path, run: str = "r1", digest: str = "") -> str:
    result = machine.run(commands.restore(home, str(dest), run, digest))
    assert result.ok, result.err
    return result.out.strip()


def test_a_new_file_has_its_mode_and_goes_away_again(machine: Machine, home: Home, dest: Path) -> None:
    assert put(machine, home, dest, b"new", mode="0640") == "absent"
    assert (dest.read_bytes(), dest.stat().st_mode & 0o7777) == (b"new", 0o640)
    restore(machine, home, dest)
    assert not dest.exists()


def test_the_old_content_comes_back_with_its_mode(machine: Machine, home: Home, dest: Path) -> None:
    dest.write_bytes(b"old")
    dest.chmod(0o604)
    assert put(machine, home, dest, b"new") == sha(b"old")
    restore(machine, home, dest)
    assert (dest.read_bytes(), dest.stat().st_mode & 0o7777) == (b"old", 0o604)


def test_a_link_comes_back_as_a_link(machine: Machine, home: Home, dest: Path) -> None:
    dest.symlink_to("elsewhere")
    assert put(machine, home, dest, b"new") == "link"
    assert not dest.is_symlink()
    restore(machine, home, dest)
    assert str(dest.readlink()) == "elsewhere"


def test_equal_is_unchanged_and_keeps_nothing(machine: Machine, home: Home, dest: Path) -> None:
    dest.write_bytes(b"same")
    dest.chmod(0o644)
    assert put(machine, home, dest, b"same") == "unchanged"
    assert restore(machine, home, dest) == "unchanged"


def test_another_mode_is_not_equal(machine: Machine, home: Home, dest: Path) -> None:
    dest.write_bytes(b"same")
    dest.chmod(0o600)
    assert put(machine, home, dest, b"same") == sha(b"same")
    assert dest.stat().st_mode & 0o7777 == 0o644


def test_what_is_kept_once_is_not_kept_again(machine: Machine, home: Home, dest: Path) -> None:
    """The second try of a run finds its own first one there."""
    dest.write_bytes(b"old")
    put(machine, home, dest, b"first")
    put(machine, home, dest, b"second")
    restore(machine, home, dest)
    assert dest.read_bytes() == b"old"


def test_each_run_keeps_what_it_found(machine: Machine, home: Home, dest: Path) -> None:
    dest.write_bytes(b"old")
    put(machine, home, dest, b"first", "r1")
    put(machine, home, dest, b"second", "r2")
    restore(machine, home, dest, "r2")
    assert dest.read_bytes() == b"first"


def test_half_kept_is_kept_anew(machine: Machine, home: Home, dest: Path) -> None:
    dest.write_bytes(b"old")
    put(machine, home, dest, b"new")
    kept = next(Path(home.folder, "kept/r1").glob("*.was"))
    kept.unlink()
    kept.with_suffix(".old").write_bytes(b"half")
    dest.write_bytes(b"old")
    assert put(machine, home, dest, b"new") == sha(b"old")


def test_what_was_kept_must_be_what_the_journal_knows(machine: Machine, home: Home, dest: Path) -> None:
    dest.write_bytes(b"old")
    put(machine, home, dest, b"new")
    assert machine.run(commands.restore(home, str(dest), "r1", sha(b"something else"))).exit == 65
    assert dest.read_bytes() == b"new"
    restore(machine, home, dest, digest=sha(b"old"))
    assert dest.read_bytes() == b"old"


def test_what_was_kept_and_damaged_is_not_put_back(machine: Machine, home: Home, dest: Path) -> None:
    dest.write_bytes(b"old")
    put(machine, home, dest, b"new")
    next(Path(home.folder, "kept/r1").glob("*.old")).write_bytes(b"damaged")
    assert machine.run(commands.restore(home, str(dest), "r1")).exit == 65


@pytest.mark.parametrize("there", [None, b"damaged"])
def test_content_that_is_not_there_is_asked_for(machine: Machine, home: Home, dest: Path, there: bytes | None) -> None:
    digest = frozen(home, b"new")
    Path(home.file(digest)).unlink()
    if there:
        Path(home.file(digest)).write_bytes(there)
    assert machine.run(commands.put(home, File(dest=str(dest), digest=digest), "r1")).exit == 66
    assert not dest.exists()


def test_a_folder_is_never_replaced(machine: Machine, home: Home, dest: Path) -> None:
    dest.mkdir()
    result = machine.run(commands.put(home, File(dest=str(dest), digest=frozen(home, b"new")), "r1"))
    assert (result.exit, "is a folder" in result.err) == (65, True)


def test_has_tells_whether_the_content_is_there(machine: Machine, home: Home, dest: Path) -> None:
    assert not machine.run(commands.has(home, File(dest=str(dest), digest=sha(b"new")))).ok
    put(machine, home, dest, b"new")
    assert machine.run(commands.has(home, File(dest=str(dest), digest=sha(b"new")))).ok

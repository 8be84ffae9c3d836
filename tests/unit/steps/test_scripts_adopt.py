"""A tree of somebody else's making becomes a release, and `current` is never missing meanwhile."""

import os
import subprocess
import threading
from pathlib import Path
from shutil import which

import pytest

from tests.unit.steps.machine import Machine, busybox_tools
from zdd.model import Release
from zdd.steps import release_commands
from zdd.steps.adopt_commands import BEFORE, copy, look, parse, switch
from zdd.transport import Command, Result

ID = "1" * 64


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "it's a shop; $HOME"
    root.mkdir()
    return root


def release(root: Path, **about: object) -> Release:
    return Release(**{"version": "1.0", "id": ID, "path": str(root), **about})  # type: ignore[arg-type]


def ok(machine: Machine, command: Command) -> Result:
    result = machine.run(command)
    assert result.ok, result.err
    return result


def adopted(machine: Machine, made: Release, source: str = "") -> Result:
    ok(machine, copy(made, source))
    ok(machine, release_commands.finish(made))
    return ok(machine, switch(made))


def tree(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "app").write_text("app")
    (folder / "bin" / "app").chmod(0o750)
    (folder / "link").symlink_to("bin/app")
    return folder


class TestCapistrano:
    """`current` is a link, to an absolute path, with links into `shared` in it."""

    @pytest.fixture
    def made(self, root: Path) -> Release:
        old = tree(root / "releases" / "20240101")
        (root / "shared" / "log").mkdir(parents=True)
        (root / "shared" / "log" / "kept").write_text("kept")
        (old / "log").symlink_to(root / "shared" / "log")
        (root / "current").symlink_to(old)
        return release(root, shared=("log", "uploads"))

    def test_the_copy_is_the_tree(self, machine: Machine, root: Path, made: Release) -> None:
        adopted(machine, made)
        now = root / "current"
        assert now.readlink() == Path("releases", made.name)
        assert (now / "bin" / "app").read_text() == "app" and (now / "bin" / "app").stat().st_mode & 0o777 == 0o750
        assert (now / "link").readlink() == Path("bin/app") and (now / "log" / "kept").read_text() == "kept"
        assert (now / release_commands.MARKER).read_text() == ID and (now / "uploads").is_dir()
        assert (root / "releases" / "20240101" / "bin" / "app").exists()

    def test_twice_is_once(self, machine: Machine, made: Release) -> None:
        adopted(machine, made)
        assert ok(machine, copy(made, "")).out.strip() == "unchanged"
        assert ok(machine, switch(made)).out.strip() == "unchanged"

    def test_it_is_seen(self, machine: Machine, root: Path, made: Release) -> None:
        seen = parse(ok(machine, look(made.path, "")).out)
        assert (seen.kind, seen.source) == ("link", str(root / "releases" / "20240101"))
        assert seen.free > seen.bytes > 0


class TestFolder:
    """`current` is a folder: only an exchange can put a link there at once."""

    def test_it_is_never_missing(self, root: Path) -> None:
        machine = Machine()
        if not parse(machine.run(look(str(root), "")).out).exchanger:
            pytest.skip("neither mv nor python3 can exchange names here")
        made = release(root)
        tree(root / "current")
        ok(machine, copy(made, ""))
        ok(machine, release_commands.finish(made))
        missing, over = 0, threading.Event()

        def watch() -> None:
            nonlocal missing
            while not over.is_set():
                missing += not os.path.exists(f"{root}/current/bin/app")  # noqa: PTH110 - as quick as can be

        watcher = threading.Thread(target=watch)
        watcher.start()
        ok(machine, switch(made))
        over.set()
        watcher.join()
        assert missing == 0 and (root / "current").readlink() == Path("releases", made.name)
        assert (root / BEFORE / "bin" / "app").read_text() == "app" and not (root / BEFORE).is_symlink()
        assert ok(machine, switch(made)).out.strip() == "unchanged"

    def test_what_a_crash_has_left_is_no_obstacle(self, root: Path) -> None:
        made = release(root)
        tree(root / "current")
        (root / BEFORE).symlink_to("releases/nothing")
        adopted(Machine(), made)
        assert (root / "current").is_symlink() and (root / BEFORE).is_dir()

    def test_without_any_means_it_is_refused_and_left(self, root: Path, tmp_path: Path) -> None:
        if not which("busybox"):
            pytest.skip("no busybox here")
        machine = Machine(path=busybox_tools(tmp_path / "busybox"))  # its mv can't, and there is no python3
        made = release(root)
        tree(root / "current")
        seen = parse(ok(machine, look(str(root), "")).out)
        assert (seen.kind, seen.source, seen.exchanger) == ("folder", str(root / "current"), "")
        ok(machine, copy(made, ""))
        ok(machine, release_commands.finish(made))
        result = machine.run(switch(made))
        assert not result.ok and "nothing here can exchange two names at once" in result.err
        assert sorted(path.name for path in root.iterdir()) == ["current", "releases", "shared"]
        assert not (root / "current").is_symlink()

    def test_an_older_one_is_not_overwritten(self, root: Path) -> None:
        made = release(root)
        tree(root / "current")
        (root / BEFORE).mkdir()
        ok(Machine(), copy(made, ""))
        ok(Machine(), release_commands.finish(made))
        assert "is in the way" in Machine().run(switch(made)).err


def test_a_tree_elsewhere(machine: Machine, root: Path, tmp_path: Path) -> None:
    made, old = release(root / "srv"), tree(tmp_path / "opt")
    assert parse(ok(machine, look(made.path, str(old))).out).kind == "none"
    adopted(machine, made, str(old))
    assert (root / "srv" / "current" / "bin" / "app").read_text() == "app"


def test_a_tree_that_would_hold_its_own_copy(machine: Machine, root: Path) -> None:
    tree(root / "app")
    result = machine.run(copy(release(root), str(root)))
    assert not result.ok and "set release.path" in result.err


def test_nothing_there(machine: Machine, root: Path) -> None:
    assert parse(ok(machine, look(str(root / "none"), "")).out).source == ""
    assert subprocess.run(["ls", root], capture_output=True, check=True).stdout == b""

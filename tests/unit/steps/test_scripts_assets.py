"""The scripts that share assets between the releases of a host, as the host's shell runs them."""

import hashlib
import io
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.steps.machine import Machine
from zdd.model import Release
from zdd.steps import asset_commands as assets
from zdd.steps import release_commands as commands
from zdd.transport import Command

FOLDER = "public/it's assets"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "it's a shop; $HOME" / "srv"
    root.mkdir(parents=True)
    return root


def ok(machine: Machine, command: Command) -> str:
    result = machine.run(command)
    assert result.ok, result.err
    return result.out


def release(root: Path, digit: str, *folders: str, **about: object) -> Release:
    made = {"version": f"1.{digit}", "id": digit * 64, "path": str(root), "artifact": digit * 64}
    return Release(**{**made, "assets": folders or (FOLDER,), **about})  # type: ignore[arg-type]


def unpacked(machine: Machine, made: Release, files: Mapping[str, str]) -> None:
    waits = Path(commands.artifact(made))
    waits.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(waits, "w") as tar:
        for name, content in {"app": "app", **files}.items():
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content.encode()))
    ok(machine, commands.unpack(made, gzipped=False))


def staged(machine: Machine, root: Path, digit: str, files: Mapping[str, str], **about: object) -> Release:
    """As the step does it."""
    made = release(root, digit, **about)
    if made.assets:
        ok(machine, assets.take(made))
    unpacked(machine, made, {f"{FOLDER}/{name}": content for name, content in files.items()})
    ok(machine, commands.finish(made))
    os.utime(Path(made.directory) / commands.MARKER, (int(digit), int(digit)))
    return made


def running(machine: Machine, root: Path, digit: str, files: Mapping[str, str], **about: object) -> Release:
    made = staged(machine, root, digit, files, **about)
    ok(machine, commands.activate(made))
    return made


def served(made: Release) -> dict[str, str]:
    folder = Path(made.directory) / FOLDER
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def snapshot(folder: Path) -> dict[str, object]:
    """Everything that a change would show in."""
    return {
        str(path): (path.lstat().st_mtime_ns, path.lstat().st_ctime_ns, path.lstat().st_size)
        for path in [folder, *folder.rglob("*")]
    }


def other(machine: Machine, made: Release, files: Mapping[str, str]) -> list[str]:
    sums = {f"{FOLDER}/{name}": hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    return ok(machine, assets.compare(made.path, made.assets, sums)).splitlines()


ONE = {"app-1.js": "one", "img/logo-1.png": "a logo", "same.css": "css"}
TWO = {"app-2.js": "two", "img/logo-2.png": "a better logo", "same.css": "css"}


class TestSharing:
    def test_old_and_new_serve_each_others_files_before_anything_is_switched(
        self, machine: Machine, root: Path
    ) -> None:
        old = running(machine, root, "1", ONE)
        before = snapshot(Path(old.directory))
        new = staged(machine, root, "2", TWO)
        assert served(old) == served(new) == {**ONE, **TWO}
        assert snapshot(Path(old.directory)) == before
        assert (root / "current").resolve() == Path(old.directory)

    def test_what_is_there_already_stays_as_it_is(self, machine: Machine, root: Path) -> None:
        running(machine, root, "1", ONE)
        before = (root / "assets" / FOLDER / "same.css").stat()
        staged(machine, root, "2", TWO)
        after = (root / "assets" / FOLDER / "same.css").stat()
        assert (after.st_ino, after.st_ctime_ns) == (before.st_ino, before.st_ctime_ns)

    def test_staging_that_was_cut_off_begins_anew(self, machine: Machine, root: Path) -> None:
        old = running(machine, root, "1", ONE)
        (root / "assets/.tmp-new/half").mkdir(parents=True)
        (root / "assets/.tmp-new/half/app.js").write_text("of an earlier try")
        unpacked(machine, release(root, "2"), {f"{FOLDER}/cut-off.js": "x"})
        new = staged(machine, root, "2", TWO)
        assert served(old) == served(new) == {**ONE, **TWO}
        assert not list((root / "assets").glob(".tmp-*"))
        assert not (root / "assets/half").exists()

    def test_a_name_with_other_contents_is_refused_and_nothing_is_changed(self, machine: Machine, root: Path) -> None:
        old = running(machine, root, "1", ONE)
        new = release(root, "2")
        unpacked(machine, new, {f"{FOLDER}/same.css": "other css", f"{FOLDER}/new.js": "new"})
        result = machine.run(commands.finish(new))
        assert (result.exit, f"{FOLDER}/same.css has other contents" in result.err) == (65, True)
        assert served(old) == ONE
        assert not Path(new.directory).exists()

    @pytest.mark.parametrize("odd", ["link", "back\\slash", "fifo"])
    def test_only_plain_files_are_assets(self, machine: Machine, root: Path, odd: str) -> None:
        new = release(root, "2")
        unpacked(machine, new, {f"{FOLDER}/app.js": "x"})
        place = Path(commands.beside(new)) / FOLDER / odd
        {"link": lambda: place.symlink_to("app.js"), "fifo": lambda: os.mkfifo(place)}.get(odd, place.touch)()
        result = machine.run(commands.finish(new))
        assert (result.exit, "can be no asset" in result.err) == (65, True)

    def test_a_folder_that_the_release_has_not_is_refused(self, machine: Machine, root: Path) -> None:
        new = release(root, "2", "pubilc")
        unpacked(machine, new, {"public/app.js": "x"})
        result = machine.run(commands.finish(new))
        assert (result.exit, "the release has no folder pubilc" in result.err) == (65, True)

    def test_several_folders_and_strange_names(self, machine: Machine, root: Path) -> None:
        new = release(root, "2", "a", "b/c")
        names = ("a/-rf", "a/.hidden", "a/two  spaces", "b/c/ lead", "b/c/quote'\".js", "b/c/d/e/f")
        unpacked(machine, new, dict.fromkeys(names, "x"))
        ok(machine, commands.finish(new))
        assert all((Path(new.directory) / name).read_text() == "x" for name in names)
        assert sorted((Path(new.directory) / assets.LIST).read_text().splitlines()) == sorted(names)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
    def test_they_have_the_owner_of_the_release(self, machine: Machine, root: Path) -> None:
        new = staged(machine, root, "2", TWO, owner="65534:65534")
        assert {path.stat().st_uid for path in (Path(new.directory) / FOLDER).rglob("*")} == {65534}


class TestFirstUse:
    """The release that runs keeps its assets for itself."""

    def test_its_files_come_along_and_it_is_not_written_to(self, machine: Machine, root: Path) -> None:
        old = running(machine, root, "1", ONE, assets=())
        before = snapshot(Path(old.directory))
        new = staged(machine, root, "2", TWO)
        assert served(new) == {**ONE, **TWO}
        assert served(old) == ONE
        assert snapshot(Path(old.directory)) == before

    def test_again_and_once_it_is_left_nothing_is_taken(self, machine: Machine, root: Path) -> None:
        running(machine, root, "1", ONE, assets=())
        new = running(machine, root, "2", TWO)
        before = snapshot(root / "assets" / FOLDER)
        ok(machine, assets.take(new))
        assert snapshot(root / "assets" / FOLDER) == before

    def test_on_a_host_that_ran_nothing(self, machine: Machine, root: Path) -> None:
        new = release(root / "not yet there", "2")
        assert ok(machine, assets.take(new)) == ""
        assert not Path(new.path).exists()

    def test_its_links_are_left_out(self, machine: Machine, root: Path) -> None:
        old = running(machine, root, "1", ONE, assets=())
        (Path(old.directory) / FOLDER / "latest.js").symlink_to("app-1.js")
        assert served(staged(machine, root, "2", TWO)) == {**ONE, **TWO}


class TestForgetting:
    def prune(self, machine: Machine, root: Path, keep: int) -> list[str]:
        return ok(machine, commands.prune(str(root), str(root / "state"), keep, [], [FOLDER])).splitlines()

    def test_they_stay_as_long_as_a_release_that_names_them(self, machine: Machine, root: Path) -> None:
        made = [running(machine, root, digit, {f"{digit}.js": digit, "same.css": "css"}) for digit in "123"]
        assert self.prune(machine, root, 3) == []
        assert self.prune(machine, root, 2) == [made[0].name, "1 assets"]
        assert served(made[2]) == {"2.js": "2", "3.js": "3", "same.css": "css"}

    def test_what_current_names_stays_however_old_it_is(self, machine: Machine, root: Path) -> None:
        made = [staged(machine, root, digit, {f"{digit}.js": digit}) for digit in "123"]
        ok(machine, commands.activate(made[0]))
        self.prune(machine, root, 1)
        assert served(made[0]) == {"1.js": "1", "3.js": "3"}

    def test_what_a_release_without_a_list_has_for_itself_stays(self, machine: Machine, root: Path) -> None:
        running(machine, root, "1", ONE, assets=())
        new = running(machine, root, "2", TWO)
        self.prune(machine, root, 2)
        assert served(new) == {**ONE, **TWO}
        self.prune(machine, root, 1)
        assert served(new) == TWO

    def test_what_is_shared_by_hand_is_nobodys_asset(self, machine: Machine, root: Path) -> None:
        running(machine, root, "1", ONE, shared=("uploads",))
        (root / "shared/uploads/cat.png").write_text("a cat")
        self.prune(machine, root, 1)
        assert (root / "shared/uploads/cat.png").exists()


class TestComparing:
    def test_nothing_is_in_the_way(self, machine: Machine, root: Path) -> None:
        old = running(machine, root, "1", ONE)
        assert other(machine, old, TWO) == []

    def test_other_contents_of_the_same_name(self, machine: Machine, root: Path) -> None:
        old = running(machine, root, "1", ONE)
        found = other(machine, old, {**TWO, "same.css": "other css", "img/logo-1.png": "no logo"})
        assert sorted(found) == [f"other {FOLDER}/img/logo-1.png", f"other {FOLDER}/same.css"]

    def test_in_a_release_that_has_them_for_itself(self, machine: Machine, root: Path) -> None:
        running(machine, root, "1", ONE, assets=())
        new = release(root, "2")
        assert other(machine, new, {"same.css": "other css"}) == [f"other {FOLDER}/same.css"]
        assert other(machine, new, TWO) == [f"own {FOLDER}"]
        assert other(machine, new, ONE) == []

    def test_nothing_is_changed(self, machine: Machine, root: Path) -> None:
        running(machine, root, "1", ONE)
        before = snapshot(root)
        other(machine, release(root, "2"), TWO)
        assert snapshot(root) == before

    def test_a_host_that_has_nothing(self, machine: Machine, root: Path) -> None:
        assert other(machine, release(root / "not there", "2"), TWO) == []

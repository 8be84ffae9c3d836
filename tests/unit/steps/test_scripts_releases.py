"""The scripts that work on releases, as the host's shell runs them. Paths have spaces and quotes in them."""

import hashlib
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.unit.steps.machine import Machine
from zdd.model import Release
from zdd.steps import record
from zdd.steps import release_commands as commands
from zdd.steps.found import Found
from zdd.steps.host_state import HostState, parse, read_host
from zdd.steps.mark import Mark, note, remove, write
from zdd.steps.place import Home
from zdd.transport import Command

ONE = "1" * 64
TWO = "2" * 64


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "it's a shop; $HOME"
    root.mkdir()
    return root


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(str(tmp_path / "zdd's state"), "shop@test")


def release(root: Path, id: str = ONE, **about: object) -> Release:
    return Release(**{"version": "1.0", "id": id, "path": str(root / "srv"), "artifact": "a" * 64, **about})  # type: ignore[arg-type]


def unpacked(machine: Machine, root: Path, release: Release, *names: str) -> None:
    """Packs files of these names and unpacks them there."""
    source = root / "source"
    for name in names or ("bin/app",):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(f"{name} of {release.id[0]}")
    waits = Path(commands.artifact(release))
    waits.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(waits, "w:gz") as tar:
        tar.add(source, ".")
    ok(machine, commands.unpack(release, gzipped=True))


def ok(machine: Machine, command: Command) -> str:
    result = machine.run(command)
    assert result.ok, result.err
    return result.out


def staged(machine: Machine, root: Path, id: str = ONE, **about: object) -> Release:
    made = release(root, id, **about)
    unpacked(machine, root, made)
    ok(machine, commands.finish(made))
    return made


def look(machine: Machine, home: Home, root: Path) -> HostState:
    of = release(root)
    return parse(ok(machine, read_host(home, of)), of)


class TestStaging:
    def test_a_release_is_there_under_its_name_and_complete(self, machine: Machine, root: Path, home: Home) -> None:
        made = staged(machine, root)
        assert (Path(made.directory) / "bin/app").read_text() == "bin/app of 1"
        assert look(machine, home, root).releases == {made.name: ONE}
        assert not Path(commands.artifact(made)).exists()

    def test_what_is_unpacked_only_has_no_name_yet(self, machine: Machine, root: Path, home: Home) -> None:
        unpacked(machine, root, release(root))
        assert not look(machine, home, root).releases

    def test_nothing_of_an_earlier_try_is_left(self, machine: Machine, root: Path) -> None:
        made = release(root)
        unpacked(machine, root, made)
        (Path(commands.beside(made)) / "half").write_text("of an earlier try")
        unpacked(machine, root, made)
        ok(machine, commands.finish(made))
        assert not (Path(made.directory) / "half").exists()

    def test_a_complete_release_is_never_written_to_again(self, machine: Machine, root: Path) -> None:
        made = staged(machine, root)
        (Path(made.directory) / "bin/app").write_text("as it is")
        assert ok(machine, commands.unpack(made, gzipped=True)).strip() == "unchanged"
        assert (Path(made.directory) / "bin/app").read_text() == "as it is"

    def test_another_release_of_the_same_name_is_refused(self, machine: Machine, root: Path) -> None:
        made = staged(machine, root)
        other = release(root, made.id[:8] + "f" * 56)
        assert other.name == made.name
        result = machine.run(commands.unpack(other, gzipped=True))
        assert (result.exit, "another release of the same name" in result.err) == (65, True)

    def test_a_broken_tarball_leaves_no_release(self, machine: Machine, root: Path, home: Home) -> None:
        made = release(root)
        Path(commands.artifact(made)).parent.mkdir(parents=True)
        Path(commands.artifact(made)).write_bytes(b"\x1f\x8bno tarball")
        assert not machine.run(commands.unpack(made, gzipped=True)).ok
        assert not look(machine, home, root).releases

    def test_a_plain_tarball_is_unpacked_too(self, machine: Machine, root: Path) -> None:
        made, waits = release(root), Path(commands.artifact(release(root)))
        waits.parent.mkdir(parents=True)
        (root / "app").write_text("plain")
        with tarfile.open(waits, "w") as tar:
            tar.add(root / "app", "app")
        ok(machine, commands.unpack(made, gzipped=False))
        ok(machine, commands.finish(made))
        assert (Path(made.directory) / "app").read_text() == "plain"

    def test_what_is_shared_is_one_for_all_releases(self, machine: Machine, root: Path) -> None:
        first = staged(machine, root, ONE, shared=("log", "var/up loads"))
        (Path(first.directory) / "var/up loads/cat.png").write_text("a cat")
        second = staged(machine, root, TWO, shared=("log", "var/up loads"))
        assert (Path(second.directory) / "var/up loads/cat.png").read_text() == "a cat"
        assert (Path(second.directory) / "log").is_dir()

    def test_what_is_shared_begins_as_the_release_brings_it(self, machine: Machine, root: Path) -> None:
        made = release(root, shared=("db.sqlite",))
        unpacked(machine, root, made, "db.sqlite")
        ok(machine, commands.finish(made))
        assert (root / "srv/shared/db.sqlite").read_text() == "db.sqlite of 1"
        assert (Path(made.directory) / "db.sqlite").is_symlink()

    @pytest.mark.parametrize("item", ["../etc", "/etc", "", "a/../../b"])
    def test_nothing_outside_is_shared(self, root: Path, item: str) -> None:
        with pytest.raises(ValueError, match="no path inside a release"):
            commands.finish(release(root, shared=(item,)))


class TestActivate:
    def test_current_is_a_relative_link_to_the_release(self, machine: Machine, root: Path, home: Home) -> None:
        made = staged(machine, root)
        ok(machine, commands.activate(made))
        assert str((root / "srv/current").readlink()) == f"releases/{made.name}"
        state = look(machine, home, root)
        assert state.runs(made)
        assert state.complete

    def test_again_is_unchanged(self, machine: Machine, root: Path) -> None:
        made = staged(machine, root)
        ok(machine, commands.activate(made))
        assert ok(machine, commands.activate(made)).strip() == "unchanged"

    def test_from_one_release_to_the_next(self, machine: Machine, root: Path, home: Home) -> None:
        first, second = staged(machine, root, ONE), staged(machine, root, TWO)
        ok(machine, commands.activate(first))
        (root / "srv/.current.zdd").symlink_to("left by a crash")
        ok(machine, commands.activate(second))
        assert look(machine, home, root).current == second.name
        assert not (Path(first.directory) / ".current.zdd").exists()

    def test_what_is_not_complete_is_refused(self, machine: Machine, root: Path, home: Home) -> None:
        first, second = staged(machine, root, ONE), staged(machine, root, TWO)
        ok(machine, commands.activate(first))
        (Path(second.directory) / commands.MARKER).unlink()
        assert machine.run(commands.activate(second)).exit == 66
        assert look(machine, home, root).current == first.name

    def test_the_marker_of_another_release_is_refused(self, machine: Machine, root: Path) -> None:
        made = staged(machine, root)
        (Path(made.directory) / commands.MARKER).write_text(TWO)
        assert machine.run(commands.activate(made)).exit == 66

    def test_a_plain_folder_is_not_replaced(self, machine: Machine, root: Path, home: Home) -> None:
        made = staged(machine, root)
        (root / "srv/current").mkdir()
        result = machine.run(commands.activate(made))
        assert (result.exit, "zdd adopt" in result.err) == (65, True)
        assert look(machine, home, root).plain

    def test_a_host_that_ran_nothing_runs_nothing_again(self, machine: Machine, root: Path, home: Home) -> None:
        made = staged(machine, root)
        ok(machine, commands.activate(made))
        ok(machine, commands.deactivate(made.path))
        assert ok(machine, commands.deactivate(made.path)).strip() == "unchanged"
        assert not look(machine, home, root).current
        assert Path(made.directory).is_dir()


class TestPrune:
    def releases(self, machine: Machine, root: Path) -> list[Release]:
        """Five, a minute between each and the next."""
        made = [staged(machine, root, str(number) * 64) for number in range(1, 6)]
        for number, one in enumerate(made):
            os.utime(Path(one.directory) / commands.MARKER, (60 * number, 60 * number))
        return made

    def test_the_newest_stay_and_so_do_protected_ones_and_current(self, machine: Machine, root: Path) -> None:
        made = self.releases(machine, root)
        ok(machine, commands.activate(made[0]))
        out = ok(machine, commands.prune(str(root / "srv"), str(root / "state"), 2, [made[1].name]))
        assert out.split() == [made[2].name]
        assert {p.name for p in (root / "srv/releases").iterdir()} == {r.name for r in made if r != made[2]}

    def test_what_a_process_runs_from_stays(self, machine: Machine, root: Path) -> None:
        made = self.releases(machine, root)
        with subprocess.Popen(["sleep", "60"], cwd=made[0].directory) as runs:
            try:
                ok(machine, commands.prune(str(root / "srv"), str(root / "state"), 1, []))
            finally:
                runs.kill()
        assert {p.name for p in (root / "srv/releases").iterdir()} == {made[0].name, made[4].name}

    def test_a_release_of_the_same_name_elsewhere_may_run(self, machine: Machine, root: Path) -> None:
        made = self.releases(machine, root)
        elsewhere = root / "other/releases" / made[0].name
        elsewhere.mkdir(parents=True)
        with subprocess.Popen(["sleep", "60"], cwd=elsewhere) as runs:
            try:
                ok(machine, commands.prune(str(root / "srv"), str(root / "state"), 1, []))
            finally:
                runs.kill()
        assert {p.name for p in (root / "srv/releases").iterdir()} == {made[4].name}

    def test_records_files_and_what_was_kept_go_with_them(self, machine: Machine, root: Path) -> None:
        made = self.releases(machine, root)
        state = root / "state"
        for folder in ("releases", "files", "kept/run1", "kept/run2", "kept/run3"):
            (state / folder).mkdir(parents=True)
        for one in made:
            (state / f"releases/{one.name}.json").write_text(f'"digest":"{one.id}"')
            (state / f"files/{one.id}").write_text("content")
        ok(machine, commands.prune(str(root / "srv"), str(state), 2, []))
        assert {p.name for p in (state / "releases").iterdir()} == {f"{made[3].name}.json", f"{made[4].name}.json"}
        assert {p.name for p in (state / "files").iterdir()} == {made[3].id, made[4].id}
        assert len(list((state / "kept").iterdir())) == 2


class TestMark:
    def test_it_comes_back_to_the_letter(self, machine: Machine, root: Path, home: Home) -> None:
        mark = Mark(run="r1", fleet="shop@test", found={"release": 'it\'s "1.0" \\ §'}, stood={})
        ok(machine, write(home, mark))
        assert look(machine, home, root).marks == (mark,)

    def test_marks_of_all_fleets_are_seen(self, machine: Machine, root: Path, home: Home) -> None:
        ok(machine, write(home, Mark(run="r1", fleet="shop@test")))
        ok(machine, write(Home(home.state, "other@test"), Mark(run="r2", fleet="other@test")))
        assert {mark.run for mark in look(machine, home, root).marks} == {"r1", "r2"}

    def test_what_cannot_be_read_is_somebodys(self, machine: Machine, root: Path, home: Home) -> None:
        Path(home.folder).mkdir(parents=True)
        (Path(home.folder) / "mark").write_text("{half")
        assert look(machine, home, root).marks == (Mark(run="unreadable"),)

    def test_only_the_runs_own_is_removed(self, machine: Machine, root: Path, home: Home) -> None:
        ok(machine, write(home, Mark(run="r12")))
        assert machine.run(remove(home, "r1")).exit == 65
        ok(machine, remove(home, "r12"))
        assert ok(machine, remove(home, "r12")).strip() == "unchanged"
        assert not look(machine, home, root).marks

    def test_the_note_goes_with_it_unless_the_host_stays_out(self, machine: Machine, root: Path, home: Home) -> None:
        ok(machine, note(home, "r0"))
        ok(machine, write(home, Mark(run="r1")))
        ok(machine, remove(home, "r1", note=True))
        assert look(machine, home, root).note == "out by r0"
        ok(machine, write(home, Mark(run="r1")))
        ok(machine, remove(home, "r1"))
        assert not look(machine, home, root).note

    def test_what_a_superseded_run_kept_is_adopted(self, machine: Machine, root: Path, home: Home) -> None:
        (Path(home.folder) / "kept/r1").mkdir(parents=True)
        ok(machine, write(home, Mark(run="r2"), supersedes="r1"))
        assert [p.name for p in (Path(home.folder) / "kept").iterdir()] == ["r2"]

    def test_the_folder_is_for_one_group(self, machine: Machine, home: Home) -> None:
        ok(machine, write(home, Mark(run="r1")))
        assert Path(home.folder).stat().st_mode & 0o777 == 0o770


class TestReading:
    def test_a_bare_host(self, machine: Machine, root: Path, home: Home) -> None:
        state = look(machine, home, root)
        assert (state.current, state.plain, state.marks, state.frozen, state.note) == ("", False, (), "", "")
        assert (state.home, state.path) == ("free", "free")
        assert state.free_bytes
        assert {"tar", "sha256sum", "readlink", "mv -T"} <= state.tools
        assert len(state.boot) == 36

    def test_the_frozen_record_of_current_comes_with_its_digest(self, machine: Machine, root: Path, home: Home) -> None:
        made = staged(machine, root, owner="")
        ok(machine, commands.activate(made))
        frozen = Path(home.record(made.name))
        frozen.parent.mkdir(parents=True)
        frozen.write_text(record.text(made))
        state = look(machine, home, root)
        assert Found.now(state).record == made
        assert Found.now(state).digest == hashlib.sha256(frozen.read_bytes()).hexdigest() == record.digest(made)

    def test_a_link_to_elsewhere_is_no_release(self, machine: Machine, root: Path, home: Home) -> None:
        (root / "srv").mkdir()
        (root / "srv/current").symlink_to("/opt/shop")
        state = look(machine, home, root)
        assert (state.current, state.plain) == ("", True)

    def test_nothing_is_changed(self, machine: Machine, root: Path, home: Home) -> None:
        look(machine, home, root)
        assert not (root / "srv").exists()
        assert not Path(home.state).exists()

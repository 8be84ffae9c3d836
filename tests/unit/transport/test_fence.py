"""The comparison of epochs, by the real script on a folder of this machine."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from zdd.errors import Failed, LeaseLost
from zdd.model import Endpoint
from zdd.transport import Channel, Command, Result
from zdd.transport.fence import Fenced


@dataclass
class Machine:
    """Implements `Session` with this machine's own sh."""

    name: str = "web1"
    uploads: list[str] = field(default_factory=list)

    def run(self, command: Command) -> Result:
        done = subprocess.run(["sh", "-c", command.script], capture_output=True, text=True, check=False)
        return Result(exit=done.returncode, out=done.stdout, err=done.stderr)

    def upload(self, source: Path | bytes, target: str, *, sha256: str, mode: str = "0600", become: str = "") -> None:
        self.uploads.append(target)

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        raise ConnectionRefusedError(port)


def fenced(folder: Path, epoch: int) -> Fenced:
    return Fenced(Machine(), Endpoint(name="web1", address="web1", state=str(folder)), "shop@test", epoch)


def change(script: str) -> Command:
    return Command(verb="change", script=script, changes=True)


def test_a_change_leaves_its_epoch_and_a_lower_one_is_refused_with_nothing_done(tmp_path: Path) -> None:
    assert fenced(tmp_path, 3).run(change("echo done")).out == "done\n"
    assert (tmp_path / "shop@test/epoch").read_text() == "3\n"
    with pytest.raises(LeaseLost, match=r"higher epoch of shop@test than 2: epoch 3"):
        fenced(tmp_path, 2).run(change(f"touch {tmp_path}/harm"))
    assert not (tmp_path / "harm").exists()


def test_a_reading_is_nobodys_business(tmp_path: Path) -> None:
    fenced(tmp_path, 3).run(change(":"))
    assert fenced(tmp_path, 2).run(Command(verb="look", script="echo seen")).out == "seen\n"


def test_an_upload_is_a_change(tmp_path: Path) -> None:
    fenced(tmp_path, 3).run(change(":"))
    with pytest.raises(LeaseLost):
        fenced(tmp_path, 2).upload(b"x", "/srv/x", sha256="")


@pytest.mark.parametrize("code", [94, 95, 96])
def test_what_a_command_of_the_users_own_exits_with_says_nothing_about_the_lease(tmp_path: Path, code: int) -> None:
    assert fenced(tmp_path, 3).run(change(f"echo no >&2; exit {code}")).exit == code


def test_an_epoch_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path) -> None:
    fenced(tmp_path, 3).run(change(":"))
    epoch = tmp_path / "shop@test/epoch"
    epoch.unlink()
    epoch.mkdir()  # unreadable for root, too
    with pytest.raises(Failed, match="may not read"):
        fenced(tmp_path, 4).run(change(f"touch {tmp_path}/harm"))
    assert not (tmp_path / "harm").exists()


def test_who_logs_in_is_found_again_behind_a_comparison_of_anothers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sudo = tmp_path / "sudo"
    sudo.write_text('#!/bin/sh\necho "sudo $*" | head -n 1\n')
    sudo.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("SUDO_USER", "deploy")
    endpoint = Endpoint(name="web1", address="web1", state=str(tmp_path), become=True)
    said = Fenced(Machine(), endpoint, "shop@test", 1).run(change("id -un")).out
    assert said.startswith("sudo -n -u deploy -- /bin/sh -c ")


def test_the_folder_is_for_its_group_and_for_nobody_else(tmp_path: Path) -> None:
    fenced(tmp_path / "state", 1).run(change("umask"))
    folders = (tmp_path / "state/shop@test", tmp_path / "state/shop@test/files")
    assert {folder.stat().st_mode & 0o7777 for folder in folders} == {0o2770}

"""The lab itself: it stands, two never meet, nothing stays behind, and it shows requests that a roll drops."""

import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import zdd.lab
from tests.fleet.lab import eventually, lab_in, traffic
from zdd.lab import Lab, Unfit, call, control, releases
from zdd.lab.health import answering
from zdd.lab.network import claim, free
from zdd.lab.outage import watched

OWNER = """
import sys, time, zdd.lab
from pathlib import Path
zdd.lab.up(Path(sys.argv[1]), hosts=1, die_with_parent=sys.argv[2] == "dies")
print("up", flush=True)
time.sleep(float(sys.argv[3]))
"""


def silent(lab: Lab) -> bool:
    return all(free(address, port) for address, port in lab.listens())


def keeper_pid(lab: Lab) -> int:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(lab.keeper_socket))
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return int(struct.unpack("3i", credentials)[0])


def test_each_machine_has_its_own_sshd_and_home(lab: Lab) -> None:
    for machine in lab.machines:
        said = call.ssh(lab, machine, "echo $HOME && echo $SSH_CONNECTION").stdout.splitlines()
        assert said[0] == str(machine.home)
        assert said[1].split()[2] == machine.address


def test_the_inventory_leads_to_the_machines(lab: Lab) -> None:
    groups = yaml.safe_load(lab.inventory.read_text())["all"]["children"]
    assert [host["ansible_host"] for host in groups["web"]["hosts"].values()] == [host.address for host in lab.web]
    for host in groups["web"]["hosts"].values():
        assert Path(host["supervisor_socket"]).is_socket()
        assert Path(host["release_path"]).is_dir()
    assert Path(groups["lb"]["hosts"]["lb1"]["haproxy_socket"]).is_socket()


def test_one_that_is_up_is_left_alone(lab: Lab) -> None:
    assert zdd.lab.up(lab.folder) == lab
    assert zdd.lab.running(lab.folder) == lab
    with pytest.raises(Unfit, match="up with 2 hosts"):
        zdd.lab.up(lab.folder, hosts=3)


def test_a_roll_without_drains_fails_requests(lab: Lab) -> None:
    """Or else the lab would prove nothing. Nor does a host of one release have the assets of the other."""
    control.roll(lab, "1.0")
    eventually(lambda: serving(lab) == {"web1", "web2"})
    with traffic(lab, assets=True) as flowing:
        eventually(lambda: len(flowing.answers()) > 120)
        since = time.time()
        with watched(lab) as out:
            control.roll(lab, "1.1")
        until = time.time()
    seen = flowing.summary(since, until)
    assert seen.failed > 0 and seen.not_found > 0
    assert all(answer.at + answer.took >= since for answer in flowing.answers() if answer.failed), "before the roll"
    assert seen.versions == ("1.0", "1.1")
    assert all(seconds > 0 for seconds in out.values())


def test_steady_traffic_fails_nothing(lab: Lab) -> None:
    control.roll(lab, "1.1")
    eventually(lambda: serving(lab) == {"web1", "web2"})
    begun = time.monotonic()
    with traffic(lab) as flowing:
        eventually(lambda: len(flowing.answers()) >= 150)
        took = time.monotonic() - begun
    seen = flowing.summary()
    assert dict(seen.reasons) == {}
    assert set(seen.hosts) == {"web1", "web2"}
    assert 150 / took > 35, "far fewer than were to be asked"
    assert {answer.kept for answer in flowing.answers()} == {True, False}


def test_a_release_that_never_starts_does_not(lab: Lab) -> None:
    releases.build(lab.dist, "9.9", "never starts")
    with pytest.raises(Unfit, match="web1"):
        control.roll(lab, "9.9")
    assert answering(lab.web[0]) == ""
    assert "built to never start" in (lab.web[0].disk / "shop.log").read_text()


def serving(lab: Lab) -> set[str]:
    rows = call.haproxy(lab.balancers[0], "show stat shop 4 -1").splitlines()
    return {row.split(",")[1] for row in rows if ",UP," in row}


def test_two_labs_side_by_side_do_not_meet(tmp_path: Path) -> None:
    with lab_in(tmp_path / "one", hosts=1) as one:
        with lab_in(tmp_path / "two", hosts=1) as two:
            assert one.network != two.network
            control.roll(one, "1.0")
            control.roll(two, "1.1")
            assert [answering(lab.web[0]) for lab in (one, two)] == ["1.0", "1.1"]
        assert silent(two)
        assert answering(one.web[0]) == "1.0"


def test_a_network_that_is_claimed_is_left_to_its_owner(tmp_path: Path) -> None:
    first, claimed = claim(tmp_path, lambda network: [])
    with claimed:
        second, also = claim(tmp_path, lambda network: [])
        also.close()
    assert first != second


def test_machines_keep_their_disks_and_serve_after_a_night(tmp_path: Path) -> None:
    with lab_in(tmp_path, hosts=1) as lab:
        control.roll(lab, "1.0")
    assert silent(lab)
    assert not lab.sockets.exists()
    with lab_in(tmp_path, hosts=1) as lab:
        eventually(lambda: answering(lab.web[0]) == "1.0")


def test_nothing_outlives_the_keeper(tmp_path: Path) -> None:
    with lab_in(tmp_path, hosts=1) as lab:
        control.roll(lab, "1.0")
        os.kill(keeper_pid(lab), signal.SIGKILL)
        eventually(lambda: silent(lab))
        assert zdd.lab.running(lab.folder) is None
    assert not lab.sockets.exists()


@pytest.fixture
def no_namespaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a container that allows none."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "unshare").write_text("#!/bin/sh\nexit 1\n")
    (programs / "unshare").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    yield


def test_nothing_outlives_the_keeper_without_namespaces_either(tmp_path: Path, no_namespaces: None) -> None:
    test_nothing_outlives_the_keeper(tmp_path)


def owner(folder: Path, bond: str, seconds: float) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", OWNER, str(folder), bond, str(seconds)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("namespaces", [True, False])
def test_a_bound_lab_dies_with_its_parent(tmp_path: Path, namespaces: bool, request: pytest.FixtureRequest) -> None:
    if not namespaces:
        request.getfixturevalue("no_namespaces")
    with owner(tmp_path / ".lab", "dies", 60.0) as parent:
        assert parent.stdout and parent.stdout.readline() == "up\n"
        lab = zdd.lab.running(tmp_path / ".lab")
        assert lab
        parent.kill()
    eventually(lambda: silent(lab))
    eventually(lambda: not lab.sockets.exists())


def test_a_free_lab_lives_until_it_is_taken_down(tmp_path: Path) -> None:
    with owner(tmp_path / ".lab", "lives", 0.0) as parent:
        assert parent.wait(30) == 0
    lab = zdd.lab.running(tmp_path / ".lab")
    assert lab
    zdd.lab.down(lab.folder)
    assert silent(lab)
    assert zdd.lab.running(lab.folder) is None


def test_a_program_on_all_addresses_is_named_early(tmp_path: Path) -> None:
    with socket.socket() as foreign:
        foreign.bind(("0.0.0.0", 0))
        foreign.listen()
        port = foreign.getsockname()[1]
        with pytest.raises(Unfit, match=rf"\(pid {os.getpid()}\) listens on port {port} of all addresses"):
            claim(tmp_path, lambda network: [(f"{network}.11", port)])


def test_a_folder_too_long_for_sockets_is_refused_with_its_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    with pytest.raises(Unfit, match="at most 97 bytes"):
        zdd.lab.up(tmp_path / ".lab", hosts=1)
    assert list(long.iterdir()) == []


def test_a_program_that_ends_at_once_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "haproxy").write_text("#!/bin/sh\necho 'no memory today'; exit 3\n")
    (programs / "haproxy").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    with pytest.raises(Unfit, match=r"lb1 haproxy ended with 3:\n(.*\n)*no memory today"):
        zdd.lab.up(tmp_path / ".lab", hosts=1)
    assert zdd.lab.running(tmp_path / ".lab") is None

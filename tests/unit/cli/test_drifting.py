"""What a resume says of an inventory that has changed since the run began (R22)."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.config.books import INVENTORY, folder
from zdd.cli.drifting import drifted
from zdd.errors import Usage
from zdd.journal.state import State
from zdd.model import Endpoint, Plan, Play, Target

HOSTS = {f"web{n}": Endpoint(name=f"web{n}", address=f"10.0.0.{n}") for n in (1, 2, 3)}
PLAY = Play(
    fleet="shop@test",
    batches=(),
    pattern="web",
    targets={name: Target(endpoint=there) for name, there in HOSTS.items()},
    hosts=tuple(HOSTS),
    machines={"lb1": Endpoint(name="lb1", address="lb1")},
)


def begun(tmp: Path, *, hosts: str = INVENTORY) -> State:
    """A run of three hosts, and the inventory as it is now."""
    where = folder(tmp, hosts=hosts)
    forward = Plan(run="r1", plays=(PLAY,), playbook=str(where / "play.yml"), inventories=(str(where / "hosts.yml"),))
    return State(plan=forward, forward=forward)


def test_of_what_is_as_it_was_nothing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drifted(begun(tmp_path), [])
    assert capsys.readouterr().err == ""


def test_who_is_new_or_moved_is_told_and_the_run_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drifted(begun(tmp_path, hosts=INVENTORY.replace("10.0.0.2", "10.0.0.7").replace("lb:", "    web4: {}\nlb:")), [])
    assert capsys.readouterr().err.splitlines() == [
        "drift: web2 is at 10.0.0.7 now; the run goes to 10.0.0.2, as it began",
        "drift: web4 is new in `web`; the run leaves it alone",
    ]


def test_who_is_gone_wants_to_be_skipped(tmp_path: Path) -> None:
    state = begun(tmp_path, hosts=INVENTORY.replace("web3:", "web5:"))
    with pytest.raises(Usage, match=r"^web3: gone from the inventory, .*: say --skip web3 --reason WHY"):
        drifted(state, [])
    drifted(state, ["web3"])
    state.skipped["web3"] = None
    drifted(state, [])


def test_where_the_whole_group_is_gone_each_host_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hosts = "api: {hosts: {web1: {ansible_host: 10.0.0.1}, lb1: {}}}\n"
    with pytest.raises(Usage, match=r"^web2, web3: gone"):
        drifted(begun(tmp_path, hosts=hosts), [])
    assert "web1 is no longer one of `web`" in capsys.readouterr().err


def test_a_way_back_wants_nothing_of_todays_inventory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = begun(tmp_path, hosts=INVENTORY.replace("web3:", "web5:"))
    assert state.plan
    state.plan = replace(state.plan, direction="revert")
    drifted(state, [])
    assert "web3 is gone from the inventory" in capsys.readouterr().err
    state.plan = replace(state.plan, scope="spare")
    with pytest.raises(Usage, match="web3"):
        drifted(state, [])


@pytest.mark.parametrize("hosts", ["", "web: [", "web: {hosts: {web1: {ansible_host: '{{ nobody }}'}}}"])
def test_what_cannot_be_read_stops_no_run(tmp_path: Path, hosts: str, capsys: pytest.CaptureFixture[str]) -> None:
    state = begun(tmp_path, hosts=hosts)
    drifted(state, HOSTS)
    said = capsys.readouterr().err
    assert "nobody can tell how it has drifted" in said or "web2 is gone" in said


def test_neither_does_one_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = begun(tmp_path)
    (tmp_path / "hosts.yml").unlink()
    drifted(state, [])
    assert "the inventory cannot be read" in capsys.readouterr().err

"""`zdd init`: what it writes can be read, and nothing that is there is overwritten."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from zdd.cli.app import app
from zdd.cli.reading import TABLES
from zdd.config import inventory
from zdd.config.playbook import read_plays
from zdd.errors import Usage

FLAGS = ["init", "--name", "shop", "--hosts", "web[1:3], web9"]


def run(*words: str) -> None:
    done = CliRunner().invoke(app, words, catch_exceptions=True)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_it_writes_can_be_read(here: Path) -> None:
    run(*FLAGS, "--balancers", "lb1,lb2", "--health", ":80/ok", "--environment", "test")
    fleet = inventory.read([here / "inventories" / "test.yml"])
    assert fleet.groups["web"] == ("web1", "web2", "web3", "web9") and fleet.groups["lb"] == ("lb1", "lb2")
    assert fleet.variables("web1")["environment"] == "test"
    [play] = read_plays(here / "shop.yml", TABLES)
    assert (play.keys.name, play.keys.hosts, play.keys.min_serving) == ("shop", "web", None)
    assert "{{ address }}:80/ok" in (here / "shop.yml").read_text()


def test_one_host_alone_can_leave(here: Path) -> None:
    run("init", "--name", "shop", "--hosts", "web1")
    [play] = read_plays(here / "shop.yml", TABLES)
    assert play.keys.min_serving == 0 and not play.keys.balancers


def test_nothing_is_overwritten(here: Path) -> None:
    (here / "shop.yml").write_text("mine")
    with pytest.raises(Usage, match=r"shop\.yml is there already"):
        run(*FLAGS)
    assert (here / "shop.yml").read_text() == "mine" and not (here / "inventories").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["init"], "nobody is here to ask: say --name and --hosts"),
        (["init", "--name", "a b", "--hosts", "web1"], "--name a b: letters, digits"),
        (["init", "--name", "shop", "--hosts", "web[3:1]"], "a range ends before it begins"),
        ([*FLAGS, "--health", "healthz"], "write port and path"),
        ([*FLAGS, "--environment", "../x"], "--environment"),
    ],
)
def test_bad_answers(here: Path, words: list[str], said: str) -> None:
    with pytest.raises(Usage, match=said):
        run(*words)
    assert list(here.iterdir()) == []

"""Inventory scripts that work, fail, hang, shout and lie."""

from pathlib import Path

import pytest

from tests.fleet.lab import eventually
from zdd.config import inventory_program
from zdd.config.inventory import read
from zdd.config.inventory_program import Unanswered, ask_script
from zdd.errors import Invalid


def script(folder: Path, body: str) -> Path:
    path = folder / "inventory.sh"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_hosts_come_from_groups_and_variables_from_meta(tmp_path: Path) -> None:
    answer = '{"web": {"hosts": ["web1", "web2"]}, "_meta": {"hostvars": {"web2": {"port": 80}}}}'
    path = script(tmp_path, f"[ \"$1\" = --list ] && echo '{answer}'")
    fleet = read([path])
    assert fleet.hosts == ("web1", "web2")
    assert fleet.variables("web2")["port"] == 80
    assert fleet.place("web2", "port") == f"{path}:1:1"


def test_without_meta_each_host_is_asked_for(tmp_path: Path) -> None:
    host = '[ "$2" = web1 ] || echo "{\\"name\\": \\"$2\\"}"'
    body = f'case $1 in --list) echo \'{{"web": ["web1", "web2"]}}\';; --host) {host};; esac'
    assert ask_script(script(tmp_path, body))["_meta"] == {"hostvars": {"web1": {}, "web2": {"name": "web2"}}}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("echo no credentials >&2; exit 3", "it ended with 3; it said: no credentials"),
        ("echo oops; exit 1", "it ended with 1; it said: oops"),
        ("kill -9 $$", "it ended with -9 and said nothing"),
        ("echo web1 web2", "its answer is not JSON: .*; it said: web1 web2"),
        ("true", "its answer is not JSON: .*; it said: nothing"),
        ('echo \'{"web": [], "web": []}\'', "the key 'web' is there twice"),
        ('echo \'{"web": {"vars": {"x": NaN}}}\'', "NaN is no number"),
        ("printf '[%.0s' $(seq 100000)", "its answer is nested too deeply"),
        ("echo '{}'", "names no host"),
        ("echo '{\"web\": {}}'", "group `web` has none of"),
    ],
)
def test_what_it_said_is_passed_on(tmp_path: Path, body: str, said: str) -> None:
    path = script(tmp_path, body)
    with pytest.raises(Invalid, match=said) as caught:
        read([path])
    assert caught.value.problems[0].file == str(path)


def test_one_that_hangs_is_ended_with_all_it_has_started(tmp_path: Path) -> None:
    path = script(tmp_path, f"sleep 600 & echo $! >{tmp_path}/child; echo still asking >&2; wait")
    with pytest.raises(Unanswered, match="it gave no answer in time; it said: still asking"):
        ask_script(path, seconds=1.0)
    child = Path("/proc") / (tmp_path / "child").read_text(encoding="utf-8").strip() / "stat"
    eventually(lambda: ended(child))


def ended(stat: Path) -> bool:
    try:
        return stat.read_text(encoding="utf-8").split()[2] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_one_that_never_ends_talking_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory_program, "MOST", 1024 * 1024)
    with pytest.raises(Unanswered, match="it said more than 1 MB"):
        ask_script(script(tmp_path, "yes"))


def test_one_that_can_not_be_run(tmp_path: Path) -> None:
    path = script(tmp_path, "")
    path.write_text("#!/nowhere/python\n", encoding="utf-8")
    with pytest.raises(Invalid, match="it can't be run: No such file or directory"):
        read([path])

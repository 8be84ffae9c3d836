"""What people get who wrote something wrong about hosts: one error with its place, an exit code, nothing touched."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.verbs import verbs
from tests.unit.report.shop import plan as shop_plan
from zdd.cli import main
from zdd.journal.store import Store

FLEET = "all: {children: {web: {hosts: {web1: , web2: }}, lb: {hosts: {lb1: }}}}\n"
MATCH = ("inventory", "match", "web", "-i", "hosts.yml")
EXEC = ("exec", "web", "-i", "hosts.yml", "--", "true")


@dataclass(frozen=True, kw_only=True)
class Bad:
    """Files, a command line, and what is said to it."""

    said: str
    code: int = 3
    words: tuple[str, ...] = MATCH
    files: Mapping[str, str | bytes] = field(default_factory=lambda: {"hosts.yml": FLEET})
    programs: tuple[str, ...] = ()


def hosts(text: str | bytes) -> dict[str, str | bytes]:
    return {"hosts.yml": text}


def variables(text: str) -> dict[str, str | bytes]:
    return hosts(f"all: {{children: {{web: {{hosts: {{web1: {{{text}}}}}}}}}}}\n")


def program(answer: str) -> dict[str, Any]:
    return {"files": {"hosts.yml": f"#!/bin/sh\n{answer}\n"}, "programs": ("hosts.yml",)}


TABLE = {
    "no inventory named": Bad(said=r"which inventory\? say -i", code=2, words=("inventory", "list")),
    "an inventory that is not there": Bad(
        said=r"host\.yml:1:1: there is no such file; is it \S*hosts\.yml\?",
        words=("inventory", "list", "-i", "host.yml"),
    ),
    "a group that is not there": Bad(
        said="pattern:1:1: `wbe` matches nothing; did you mean `web`",
        words=("inventory", "match", "wbe", "-i", "hosts.yml"),
    ),
    "a pattern without hosts": Bad(
        said="pattern:1:1: `web:!web` leaves no host", words=("inventory", "match", "web:!web", "-i", "hosts.yml")
    ),
    "a pattern file that is not there": Bad(
        said="`@none` can't be read: No such file", words=("inventory", "match", "@none", "-i", "hosts.yml")
    ),
    "a subscript outside": Bad(
        said=r"`web\[5\]` is outside: `web` has 2 hosts", words=("inventory", "match", "web[5]", "-i", "hosts.yml")
    ),
    "a limit of nobody": Bad(said="--limit:1:1: `lb` leaves none of the 2 hosts", words=(*MATCH, "-l", "lb")),
    "a host that is not there": Bad(
        said="no host `wb1`; did you mean `web1`", words=("inventory", "show", "wb1", "-i", "hosts.yml")
    ),
    "not UTF-8": Bad(said=r"hosts\.yml:2:1: this is not UTF-8", files=hosts(b"all:\n  hosts: {w\xe4b: }\n")),
    "empty": Bad(said=r"hosts\.yml:1:1: is empty", files=hosts("")),
    "a folder with nothing": Bad(said="holds no inventory", words=("inventory", "list", "-i", "."), files={}),
    "no YAML": Bad(said=r"hosts\.yml:2:1: this is not YAML", files=hosts("all: {hosts: [\n")),
    "a tab": Bad(said=r"hosts\.yml:2:1: this is not YAML: a tab cannot indent", files=hosts("all:\n\thosts:\n")),
    "a host listed twice": Bad(
        said=r"hosts\.yml:4:5: `web1` stands twice; the first is in line 3",
        files=hosts("web:\n  hosts:\n    web1:\n    web1:\n"),
    ),
    "a host that is a group": Bad(said="`web` is both a host and a group", files=hosts("web: {hosts: {web: }}\n")),
    "an unknown section": Bad(
        said=r"hosts\.yml:1:7: `host` is not known here: .* did you mean `hosts`",
        files=hosts("web: {host: {web1: }}\n"),
    ),
    "a loop of groups": Bad(said="can't be below", files=hosts("a: {children: {b: {children: {a: }}}}\n")),
    "a range backwards": Bad(said="a range ends before it begins", files=hosts("web: {hosts: {'web[3:1]': }}\n")),
    "a host that would be an option": Bad(said="is not a host name", files=hosts("web: {hosts: {'-oProxy': }}\n")),
    "a script that fails": Bad(
        said="it ended with 3; it said: no credentials", **program("echo no credentials >&2; exit 3")
    ),
    "a script that talks nonsense": Bad(said="its answer is not JSON", **program("echo web1 web2")),
    "a script that says nothing": Bad(said="its answer is not JSON: .*; it said: nothing", **program("true")),
    "variables that are no mapping": Bad(
        said=r"group_vars/web\.yml:1:1: has to hold variables",
        words=("inventory", "show", "web1", "-i", "hosts.yml"),
        files={"hosts.yml": FLEET, "group_vars/web.yml": "- port\n"},
    ),
    "variables of a vault": Bad(
        said="is encrypted by ansible-vault",
        words=("inventory", "show", "web1", "-i", "hosts.yml"),
        files={"hosts.yml": FLEET, "group_vars/web": "$ANSIBLE_VAULT;1.1;AES256\n3637\n"},
    ),
    "a key that is not there": Bad(
        said=r"hosts\.yml:1:39: `ansible_ssh_private_key_file` of web1 is \S*/none, but there is no such file",
        words=EXEC,
        files=variables("ansible_ssh_private_key_file: none"),
    ),
    "a password in the inventory": Bad(
        said="`ansible_become_pass` of web1 is not supported: give it once with `-K`",
        words=EXEC,
        files=variables("ansible_become_pass: x"),
    ),
    "a port that is none": Bad(
        said="a port is a number from 1 to 65535", words=EXEC, files=variables("ansible_port: 0")
    ),
    "another connection": Bad(said="zdd knows only `ssh`", words=EXEC, files=variables("ansible_connection: winrm")),
    "a template of nothing": Bad(
        said="`ansible_host` of web1 can't be rendered: `nope` is undefined",
        words=EXEC,
        files=variables("ansible_host: '{{ nope }}'"),
    ),
    "a relative zdd_state": Bad(
        said="`zdd_state` of web1 is `var/zdd`, but has to be a path", words=EXEC, files=variables("zdd_state: var/zdd")
    ),
    "-K where nobody is here": Bad(said="-K: nobody is here to ask", code=2, words=(*EXEC[:4], "-K", "--", "true")),
    "a host that the store does not know": Bad(
        said="the store knows no host web7: say -i", code=2, words=("host", "trust", "web7")
    ),
    "trust where nobody is here": Bad(
        said="nobody is here to ask: say -y", code=2, words=("host", "prepare", "web1", "-i", "hosts.yml")
    ),
    "two fleets and none named": Bad(said=r"which fleet\? there are shop@\w+, shop@\w+", code=2, words=("status",)),
}


@pytest.mark.parametrize("bad", TABLE.values(), ids=TABLE)
def test_bad(bad: Bad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in bad.files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(0o755 if name in bad.programs else 0o644)
    monkeypatch.chdir(tmp_path)
    store = tmp_path.parent / f"{tmp_path.name}-store"
    monkeypatch.setenv("ZDD_STORE", str(store))
    monkeypatch.delenv("ZDD_INVENTORY", raising=False)
    if bad.words == ("status",):
        _two_fleets(store)
    monkeypatch.setattr("sys.argv", ["zdd", *bad.words])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert re.search(bad.said, said.err), said.err
    assert ended.value.code == bad.code, said.err
    assert said.out == "" and "Traceback" not in said.err and "bug" not in said.err


NAMED = {" ".join(path): verb for path, verb in verbs() if {"run", "fleet"} & {param.name for param in verb.params}}


@pytest.mark.parametrize("path", NAMED)
def test_a_run_or_fleet_that_is_not_there(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every verb that takes one: nothing is done, and the nearest right name is said."""
    monkeypatch.setenv("ZDD_STORE", str(tmp_path))
    _two_fleets(tmp_path)
    known = {word for param in NAMED[path].params for word in param.opts}
    more = [*(["-y"] if "-y" in known else []), *(["--reason", "mistyped"] if "--reason" in known else [])]
    monkeypatch.setattr("sys.argv", ["zdd", *path.split(), "shop@on", *more])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert "'shop@on' in the store; did you mean shop@one" in said.err and said.out == ""
    assert "next: zdd history" in said.err


def _two_fleets(place: Path) -> None:
    store = Store.open(place)
    for name in ("one", "two"):
        plan = shop_plan()
        plays = tuple(replace(play, fleet=f"shop@{name}") for play in plan.plays)
        store.create(replace(plan, run=f"2026-{name}", plays=plays))
    store.close()

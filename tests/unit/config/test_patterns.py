"""Patterns: what Ansible would choose, and an error wherever it would shrug."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zdd.config.patterns import Roster, select
from zdd.errors import Invalid

WEB = tuple(f"web{number}" for number in range(1, 8))
GROUPS = {
    "all": (*WEB, "db1", "db2.eu", "fe80::1"),
    "ungrouped": ("fe80::1",),
    "web": WEB,
    "eu": ("web1", "web3", "web5", "db2.eu"),
    "db": ("db1", "db2.eu"),
    "old": (),
}
ROSTER = Roster(dict.fromkeys(GROUPS["all"]), GROUPS)


@pytest.mark.parametrize(
    ("pattern", "hosts"),
    [
        ("web", WEB),
        ("web7", ("web7",)),
        ("db:web1", ("db1", "db2.eu", "web1")),
        ("db,web1", ("db1", "db2.eu", "web1")),
        (" db , web1 ", ("db1", "db2.eu", "web1")),
        ("db web1", ("db1", "db2.eu", "web1")),
        ("web:&eu", ("web1", "web3", "web5")),
        ("!web3:&eu:web", ("web1", "web5")),
        ("!web", ("db1", "db2.eu", "fe80::1")),
        ("&db", ("db1", "db2.eu")),
        ("web:!old", WEB),
        ("web[0]", ("web1",)),
        ("web[-1]", ("web7",)),
        ("web[-2]", ("web6",)),
        ("web[1:3]", ("web2", "web3", "web4")),
        ("web[5:]", ("web6", "web7")),
        ("web[0:1]:db[0]", ("web1", "web2", "db1")),
        ("web?", WEB),
        ("web[12]*", ("web1", "web2")),
        ("*.eu", ("db2.eu",)),
        ("~web[56]", ("web5", "web6")),
        ("~(web|db)1", ("web1", "db1")),
        ("fe80::1", ("fe80::1",)),
        ("fe80::1,db1", ("fe80::1", "db1")),
        ("ungrouped", ("fe80::1",)),
        ("*", GROUPS["all"]),
    ],
)
def test_selects_as_ansible_does(pattern: str, hosts: tuple[str, ...]) -> None:
    assert select(pattern, ROSTER) == hosts


@pytest.mark.parametrize(
    ("pattern", "errors"),
    [
        ("wbe", ["pattern:1:1: `wbe` matches nothing; did you mean `web`?"]),
        (
            "web:&euu:!dbb",
            ["pattern:1:5: `euu` matches nothing; did you mean `eu`?", "pattern:1:10: `dbb` matches nothing; did"],
        ),
        ("web:!wbe*", ["pattern:1:5: `wbe*` matches nothing"]),
        ("localhost", ["pattern:1:1: `localhost` matches nothing"]),
        ("", ["pattern:1:1: `` names nothing; write `all` for every host"]),
        (" , :", ["pattern:1:4: `:` matches nothing"]),
        ("web:!", ["pattern:1:5: a host or group is missing behind `!`"]),
        ("web:!web", ["pattern:1:1: `web:!web` leaves no host"]),
        ("old", ["pattern:1:1: `old` leaves no host"]),
        ("web[7]", ["pattern:1:1: `web[7]` is outside: `web` has 7 hosts, counted from 0"]),
        ("web[9:12]", ["pattern:1:1: `web[9:12]` is outside"]),
        ("web[3:1]", ["pattern:1:1: `web[3:1]` is outside"]),
        ("web[1:0]", ["pattern:1:1: `web[1:0]` is outside"]),
        ("web[1-3]", ["pattern:1:1: `web[1-3]`: write `web[1:3]`"]),
        ("web:db,eu", ["pattern:1:1: `web:db` matches nothing: separate with `:` or with `,`, not with both"]),
        ("~web(", ["pattern:1:1: `~web(` is not a regular expression"]),
        ("~", ["pattern:1:1: a regular expression is missing behind `~`"]),
        ("@/nowhere/hosts", ["pattern:1:1: `@/nowhere/hosts` can't be read: No such file or directory"]),
    ],
)
def test_refuses(pattern: str, errors: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        select(pattern, ROSTER)
    found = list(map(str, caught.value.problems))
    assert len(found) == len(errors)
    assert all(text.startswith(start) for text, start in zip(found, errors, strict=True)), found


def test_a_file_of_hosts(tmp_path: Path) -> None:
    file = tmp_path / "hosts"
    file.write_text("web2\n\n  web4\n!web5\n", encoding="utf-8")
    assert select(f"@{file}", ROSTER) == ("web2", "web4")
    assert select(f"eu,@{file}", ROSTER) == ("web1", "web3", "db2.eu", "web2", "web4")


def test_an_empty_file_is_not_everything(tmp_path: Path) -> None:
    (tmp_path / "hosts").touch()
    with pytest.raises(Invalid, match="names nothing"):
        select(f"@{tmp_path / 'hosts'}", ROSTER)


def test_a_hosts_name_wins_over_a_groups() -> None:
    roster = Roster({"a": None, "web": None}, {"all": ("a", "web"), "web": ("a",)})
    assert select("web", roster) == ("web",)
    assert select("all:!web", roster) == ("web",)


@given(st.text(alphabet=st.sampled_from("web1db.eu:,&!*?[]~@-0 ()|{}\\"), max_size=30) | st.text(max_size=20))
def test_any_text_selects_or_is_refused(pattern: str) -> None:
    try:
        assert set(select(pattern, ROSTER)) <= set(GROUPS["all"])
    except Invalid as invalid:
        assert invalid.problems

"""An inventory on the screen: what overrules what, and where it was said."""

from dataclasses import dataclass
from typing import Any

import yaml

from zdd.report.inventory_text import groups_text, variables_text


@dataclass
class Said:
    value: Any
    place: str


class Hidden:
    def __str__(self) -> str:
        return "***"


PORT = {"port": (Said(81, "hosts.yml:4:9"), Said("80", "group_vars/all.yml:1:1"))}


def test_groups_with_their_hosts_and_empty_ones_too() -> None:
    text = groups_text({"all": ["web1", "web2", "lb1"], "ungrouped": []})
    assert text.splitlines()[1:] == ["all        3      web[1-2] lb1", "ungrouped  0"]


def test_the_one_that_wins_is_shown() -> None:
    assert variables_text(PORT, explain=False) == "port: 81"


def test_explained_with_what_it_overrules() -> None:
    assert variables_text(PORT, explain=True).splitlines() == [
        "port: 81  # hosts.yml:4:9",
        '#   instead of "80"  # group_vars/all.yml:1:1',
    ]


def test_it_can_be_read_back() -> None:
    written = {"a": [1, {"b": "ü # no comment"}], "yes": "no", "n": None, "x": 1.5}
    text = variables_text({name: [Said(value, "f:1:1")] for name, value in written.items()}, explain=True)
    assert yaml.safe_load(text.replace("yes:", '"yes":')) == written


def test_what_hides_itself_stays_hidden() -> None:
    assert variables_text({"password": [Said(Hidden(), "f:1:1")]}, explain=True) == 'password: "***"  # f:1:1'

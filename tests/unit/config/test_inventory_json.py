"""What a program may answer to `--list`."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zdd.config.inventory_groups import Groups, Setting
from zdd.config.inventory_json import feed

PLACE = "inventory.py:1:1"


def test_groups_hosts_and_variables() -> None:
    groups = Groups()
    answer = {
        "web": {"hosts": ["web1", "web2"], "vars": {"port": 80, "ansible_group_priority": 3}},
        "prod": {"children": ["web"]},
        "db": ["db1"],
        "_meta": {"hostvars": {"web1": {"zone": "x"}, "ghost": {"zone": "y"}}, "profile": "inventory_legacy"},
    }
    assert feed(groups, answer, PLACE, {"from": Setting("here", PLACE)}) == []
    groups.settle()
    assert groups.members("all") == ("db1", "web1", "web2")
    assert groups.members("prod") == ("web1", "web2")
    assert groups.hosts == {
        "web1": {"from": Setting("here", PLACE), "zone": Setting("x", PLACE)},
        "web2": {"from": Setting("here", PLACE)},
        "db1": {"from": Setting("here", PLACE)},
    }
    assert groups.groups["web"].settings == {"port": Setting(80, PLACE)}
    assert groups.ranking()["web"] == (2, 3, "web")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([], "its answer is not an object with groups, but list"),
        ({"_meta": []}, "`_meta.hostvars` has to be an object"),
        ({"_meta": {"hostvars": {"web1": 1}}}, "`_meta.hostvars` has to be an object"),
        ({"web": "web1"}, "group `web` has to be a list of hosts or an object, not str"),
        ({"web": {}}, "group `web` has none of `hosts`, `children` and `vars`"),
        ({"web": {"ansible_host": "10.0.0.1"}}, "group `web` has none of `hosts`, `children` and `vars`"),
        ({"web": {"hosts": "web1"}}, "group `web`: `hosts` has to be a list"),
        ({"web": {"vars": []}}, "group `web`: `vars` has to be an object"),
        ({"web": [1]}, "group `web`: 1 is not a name"),
        ({"web": [["web1"]]}, "group `web`: ['web1'] is not a name"),
        ({"web": ["a b"]}, "group `web`: `a b` is not a host name"),
        ({"a/b": ["web1"]}, "group `a/b`: 'a/b' can't be the name of a group"),
        ({"web": {"children": ["web"]}}, "group `web` can't be below `web`"),
        ({"a": {"children": ["b"]}, "b": {"children": ["a"]}}, "group `a` can't be below `b`"),
        (
            {"web": {"vars": {"ansible_group_priority": "x"}}},
            "group `web`: `ansible_group_priority` has to be a whole number",
        ),
    ],
)
def test_mistakes(answer: Any, said: str) -> None:
    wrong = feed(Groups(), answer, PLACE, {})
    assert len(wrong) == 1
    assert wrong[0].startswith(said)


words = st.sampled_from(["hosts", "vars", "children", "_meta", "hostvars", "all", "web", "ansible_group_priority"])
answers = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)


@given(answers | st.dictionaries(words, answers))
def test_any_answer_is_taken_or_refused(answer: Any) -> None:
    groups = Groups()
    wrong = feed(groups, answer, PLACE, {})
    assert all(isinstance(text, str) for text in wrong)
    groups.settle()
    assert set(groups.members("all")) == set(groups.hosts)
    assert all(math.isfinite(rank[0]) for rank in groups.ranking().values())

"""Inventories in YAML: which place wins, and every mistake at once. What agrees with Ansible is in tests/fleet."""

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zdd.config.inventory import Inventory, read
from zdd.errors import Invalid

FLEET = """\
all:
  vars: {port: 1, zone: x}
  hosts:
    lonely:
  children:
    web:
      vars: {port: 2}
      hosts:
        web[1:3]:
        web2: {port: 3}
      children:
        canary: {hosts: {web1: }}
"""


def written(folder: Path, text: str, name: str = "hosts.yml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def errors(*paths: Path) -> list[str]:
    with pytest.raises(Invalid) as caught:
        read(paths)
    return [str(problem).replace(f"{paths[0].parent}/", "") for problem in caught.value.problems]


@pytest.fixture
def fleet(tmp_path: Path) -> Inventory:
    return read([written(tmp_path, FLEET)])


def test_hosts_and_groups(fleet: Inventory) -> None:
    assert fleet.hosts == ("lonely", "web1", "web2", "web3")
    assert fleet.groups == {
        "all": ("lonely", "web1", "web2", "web3"),
        "ungrouped": ("lonely",),
        "web": ("web1", "web2", "web3"),
        "canary": ("web1",),
    }
    assert fleet.select("web:!canary") == ("web2", "web3")


def test_the_nearest_place_wins(tmp_path: Path) -> None:
    hosts = written(tmp_path, FLEET)
    written(tmp_path, "port: 4\n", "group_vars/all.yml")
    written(tmp_path, "port: 5\n", "group_vars/web/main.yml")
    written(tmp_path, "\nport: 6\n", "group_vars/canary")
    written(tmp_path, "port: 7\n", "host_vars/web3.yaml")
    fleet = read([hosts])
    assert [fleet.variables(host)["port"] for host in fleet.hosts] == [4, 6, 3, 7]
    assert fleet.place("web1", "port") == f"{tmp_path}/group_vars/canary:2:1"
    assert fleet.place("web2", "port") == f"{hosts}:10:16"
    assert fleet.place("web2", "nothing") == ""
    said = [(setting.value, setting.place.rpartition("/")[2]) for setting in fleet.explain("web2")["port"]]
    assert said == [
        (3, "hosts.yml:10:16"),
        (5, "main.yml:1:1"),
        (4, "all.yml:1:1"),
        (2, "hosts.yml:7:14"),
        (1, "hosts.yml:2:10"),
    ]


def test_a_later_inventory_wins(tmp_path: Path) -> None:
    first = written(tmp_path / "first", "web: {hosts: {web1: {port: 1, zone: x}}}")
    second = written(tmp_path / "second", "web: {hosts: {web2: , web1: {port: 2}}}")
    written(tmp_path / "first", "zone: y", "host_vars/web1.yml")
    fleet = read([first, second])
    assert fleet.hosts == ("web1", "web2")
    assert fleet.variables("web1") == {
        "port": 2,
        "zone": "y",
        "inventory_dir": str(first.parent),
        "inventory_file": str(first),
    }
    assert fleet.sources == (first, second)


def test_a_folder_is_read_in_order_without_what_is_no_inventory(tmp_path: Path) -> None:
    written(tmp_path, "web: {vars: {port: 2}}", "b.yml")
    written(tmp_path, "web: {vars: {port: 1}, hosts: {web1: }}", "a.yml")
    written(tmp_path, "nonsense", "a.yml~")
    written(tmp_path, "nonsense", ".a.yml.swp")
    written(tmp_path, "zone: y", "group_vars/web.yml")
    fleet = read([tmp_path])
    assert (fleet.variables("web1")["port"], fleet.variables("web1")["zone"]) == (2, "y")


def test_templates_are_left_alone(tmp_path: Path) -> None:
    fleet = read([written(tmp_path, "all: {hosts: {web1: {url: 'http://{{ address }}'}}}")])
    assert fleet.variables("web1")["url"] == "http://{{ address }}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["hosts.yml:1:1: is empty; write `all: {hosts: …}`"]),
        ("- web1\n", ["hosts.yml:1:1: an inventory has to be a mapping, not list: write `name:` instead of `- name`"]),
        (
            "web:\n  hosts:\n    - web1\n",
            ["hosts.yml:3:5: `hosts` of group `web` has to be a mapping, not list: write"],
        ),
        ("web:\n  host: {web1: }\n", ["hosts.yml:2:3: `host` is not known here: a group has `hosts`, `children` and"]),
        ("web:\n  web1:\n", ["hosts.yml:2:"]),
        ("web: web1\n", ["hosts.yml:1:6: group `web` has to be a mapping, not str"]),
        ("web: {hosts: {web1: 80}}\n", ["hosts.yml:1:21: host `web1` has to be a mapping, not int"]),
        ("web: {hosts: {1: }}\n", ["hosts.yml:1:15: the host `1` has to be text; put it in quotation marks"]),
        ("web: {hosts: {'web[3:1]': }}\n", ["hosts.yml:1:15: `web[3:1]`: a range ends before it begins"]),
        ("web: {vars: port, hosts: {a: }}\n", ["hosts.yml:1:13: `vars` of group `web` has to be a mapping, not str"]),
        ("1: {hosts: {a: }}\n", ["hosts.yml:1:1: the group `1` has to be text; put it in quotation marks"]),
        ("'../x': {hosts: {a: }}\n", ["hosts.yml:1:1: '../x' can't be the name of a group"]),
        ("all: {vars: {1: x}, hosts: {a: }}\n", ["hosts.yml:1:14: `1` can't be the name of a variable"]),
        (
            "a: {children: {b: {children: {a: }}}, hosts: {x: }}\n",
            ["hosts.yml:1:16: group `b` can't be below `a`, which is"],
        ),
        ("a: {children: {all: {hosts: {x: }}}}\n", ["hosts.yml:1:16: group `all` can't be below `a`"]),
        (
            "a: {vars: {ansible_group_priority: x}, hosts: {b: }}\n",
            ["hosts.yml:1:36: `ansible_group_priority` has to be"],
        ),
        ("all: {vars: {port: 1}}\n", ["hosts.yml:1:1: names no host"]),
        ("web: {hosts: {web: }}\n", ["hosts.yml:1:1: `web` is both a host and a group; rename one of them"]),
        ("web: {hosts: {a: {port: 1, port: 2}}}\n", ["hosts.yml:1:28: "]),
    ],
)
def test_mistakes(tmp_path: Path, text: str, said: list[str]) -> None:
    found = errors(written(tmp_path, text))
    assert len(found) == len(said)
    assert all(text.startswith(start) for text, start in zip(found, said, strict=True)), found


def test_all_mistakes_of_all_files_at_once(tmp_path: Path) -> None:
    first = written(tmp_path, "web: {hsots: {web1: }}\ndb: {hosts: [db1]}\n")
    found = errors(first, tmp_path / "gone.yml", written(tmp_path / "empty", "x", ".hidden").parent)
    assert [text.split(" ")[0] for text in found] == [
        "hosts.yml:1:7:",
        "hosts.yml:2:13:",
        "gone.yml:1:1:",
        "empty:1:1:",
    ]
    assert "did you mean `hosts`?" in found[0]
    assert "there is no such file" in found[2]
    assert "holds no inventory" in found[3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2]", "has to hold variables"),
        ("$ANSIBLE_VAULT;1.1;AES256\n6162\n", "is encrypted by ansible-vault"),
        ("1: 2", "`1` can't be the name of a variable"),
    ],
)
def test_mistakes_beside_the_inventory(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text, "group_vars/web.yml")
    fleet = read([written(tmp_path, FLEET)])
    assert fleet.variables("lonely")["port"] == 1
    with pytest.raises(Invalid, match=said) as caught:
        fleet.variables("web1")
    assert caught.value.problems[0].file == str(path)


def test_ini_without_ansible_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for text in ("[web]\nweb1\n", "# hosts\nweb1 ansible_host=10.0.0.1\n", "web1:2222\n"):
        assert "install `ansible-core`, or write it as YAML" in errors(written(tmp_path, text, "hosts"))[0]
    assert "ansible-inventory" in errors(written(tmp_path, "plugin: aws_ec2\n", "aws_ec2.yml"))[0]


words = st.sampled_from(["hosts", "vars", "children", "all", "web", "web[1:3]"]) | st.text(max_size=5)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
texts = (
    values.map(lambda value: yaml.safe_dump(value, allow_unicode=True))
    | st.text(alphabet=st.sampled_from("web1:[]{} \n-,&*!%@'\"#?|>"))
    | st.text()
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts)
def test_any_text_is_an_inventory_or_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "hosts.yml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        fleet = read([path])
        assert [fleet.variables(host) for host in fleet.hosts]
    except Invalid as invalid:
        assert invalid.problems


def test_beside_the_playbook_wins_over_beside_the_inventory(tmp_path: Path) -> None:
    hosts = written(tmp_path, FLEET, "inventories/hosts.yml")
    written(tmp_path, "port: 4\nzone: y", "inventories/group_vars/web.yml")
    place = written(tmp_path, "port: 5", "playbooks/group_vars/web.yml")
    fleet = read([hosts], tmp_path / "playbooks")
    assert (fleet.variables("web1")["port"], fleet.variables("web1")["zone"]) == (5, "y")
    assert fleet.place("web1", "port") == f"{place}:1:1"


class TestLimit:
    def test_none_leaves_all(self, fleet: Inventory) -> None:
        assert fleet.limited(("web3", "web1"), ()) == ("web3", "web1")

    def test_any_of_several_in_the_order_of_the_hosts(self, fleet: Inventory) -> None:
        assert fleet.limited(("web3", "lonely", "web1"), ("web1,web2", "web:&web3")) == ("web3", "web1")

    @pytest.mark.parametrize(
        ("limit", "said"),
        [
            ("lonely", "--limit:1:1: `lonely` leaves none of the 2 hosts"),
            ("web1,canery", "--limit:1:6: `canery` matches nothing; did you mean `canary`?"),
        ],
    )
    def test_what_leaves_nobody_is_refused(self, fleet: Inventory, limit: str, said: str) -> None:
        with pytest.raises(Invalid) as caught:
            fleet.limited(("web1", "web2"), (limit,))
        assert str(caught.value) == said


def test_a_host_that_is_not_there_is_told_the_nearest(fleet: Inventory) -> None:
    with pytest.raises(Invalid, match=r"no host `wb1`; did you mean `web1`\?"):
        fleet.host("wb1")

"""zdd and Ansible read the same inventories: the same hosts, groups and variables, and the same hosts of a pattern."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fleet import inventory_cases
from zdd.config.inventory import Inventory, read
from zdd.errors import Invalid

BRIDGE = Path(__file__).with_name("ansible_bridge.py")
OURS_ALONE = {"ansible_config_file", "ansible_version"}  # what Ansible says of itself
KINDS = [*[None] * 260, *[inventory_cases.script] * 30, *[inventory_cases.ini] * 4]

Answer = dict[str, Any]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[inventory_cases.Case, Inventory, Answer]]]:
    """Every case as zdd reads it and as Ansible does. Ansible is started once for all of them."""
    folder = tmp_path_factory.mktemp("inventories")
    cases = [inventory_cases.make(folder / str(seed), seed, kind) for seed, kind in enumerate(KINDS)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        (folder / "ansible.cfg").touch()
        patch.setenv("ANSIBLE_CONFIG", str(folder / "ansible.cfg"))
        answers = _ask_ansible(cases)
        yield [
            (case, read(case.sources, case.playbooks), answer)
            for case, answer in zip(cases, answers, strict=True)
            if answer["groups"]["all"]
        ]


def _ask_ansible(cases: list[inventory_cases.Case]) -> list[Answer]:
    text = "\n".join(json.dumps(_question(case)) for case in cases)
    done = subprocess.run([sys.executable, str(BRIDGE)], input=text, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def _question(case: inventory_cases.Case) -> dict[str, Any]:
    return {
        "sources": [str(path) for path in case.sources],
        "patterns": list(case.patterns),
        "playbooks": str(case.playbooks),
    }


def test_hosts_and_groups(pairs: list[tuple[inventory_cases.Case, Inventory, Answer]]) -> None:
    assert len(pairs) > 250
    for case, inventory, answer in pairs:
        ours = {name: sorted(hosts) for name, hosts in inventory.groups.items()}
        assert ours == {name: sorted(hosts) for name, hosts in answer["groups"].items()}, case.sources


def test_variables(pairs: list[tuple[inventory_cases.Case, Inventory, Answer]]) -> None:
    for case, inventory, answer in pairs:
        for host, variables in answer["variables"].items():
            theirs = {name: value for name, value in variables.items() if name not in OURS_ALONE}
            assert dict(inventory.variables(host)) == theirs, (case.sources, host)


def test_patterns(pairs: list[tuple[inventory_cases.Case, Inventory, Answer]]) -> None:
    in_order = 0
    for case, inventory, answer in pairs:
        # Ansible's own order of deep groups differs from start to start; a subscript then has another meaning too.
        ordered = all(list(hosts) == answer["groups"][name] for name, hosts in inventory.groups.items())
        in_order += ordered
        for pattern, terms in case.patterns.items():
            _compare(pattern, terms, inventory, answer["patterns"], ordered)
    assert in_order > len(pairs) / 2


def _compare(
    pattern: str, terms: tuple[str, ...], inventory: Inventory, theirs: dict[str, list[str]], ordered: bool
) -> None:
    if not ordered and "[" in pattern:
        return
    try:
        ours = list(inventory.select(pattern))
    except Invalid:
        # Refused: Ansible finds no host either, or passes over a term that is unknown.
        assert not theirs[pattern] or not all(theirs[term] for term in terms), pattern
        return
    if ordered:
        assert ours == theirs[pattern], pattern
    else:
        assert sorted(ours) == sorted(theirs[pattern]), pattern

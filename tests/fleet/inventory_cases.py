"""Inventories and patterns by the hundred, from a seed: what people write, and what they would rather not."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

GROUPS = ("web", "db", "eu", "us-1", "prod", "web_old", "ungrouped")
HOSTS = ("web1", "web2", "web[01:03]", "db[a:c].eu", "db1:2222", "n[1:9:4]-[a:b]", "10.0.0.7", "fe80::1", "x_y")
VARIABLES = ("port", "zone", "tags", "ansible_user")
TERMS = (
    *("web", "db", "eu", "us-1", "prod", "web_old", "ungrouped", "all", "web1", "web01", "db1", "dba.eu", "10.0.0.7"),
    *("*", "web*", "w?b0*", "*.eu", "db[ab].eu", "~web\\d+", "~(db|n)", "fe80::1", "nobody", "n*-a"),
    *("web[0]", "web[-1]", "all[1:3]", "db[0:1]", "prod[1:]", "web*[0:2]", "eu[7]"),
)


@dataclass(frozen=True)
class Case:
    """What is named with `-i`, and what is asked."""

    sources: tuple[Path, ...]
    playbooks: Path  # the playbook's folder
    patterns: Mapping[str, tuple[str, ...]]  # each with its terms


def make(folder: Path, seed: int, source: Callable[[Path, Random], Path] | None = None) -> Case:
    random = Random(seed)
    write = source or random.choice((yaml_file, yaml_file, yaml_folder))
    sources = [write(folder / f"{number}", random) for number in range(random.choice((1, 1, 2)))]
    return Case(tuple(sources), _playbooks(folder, sources, random), _patterns(random))


def _playbooks(folder: Path, sources: list[Path], random: Random) -> Path:
    """Without variables of its own, with some, or the very folder of an inventory."""
    beside = folder / "playbooks"
    beside.mkdir(parents=True)
    if random.random() < 0.3:
        _beside(beside, random)
    elif random.random() < 0.2:
        return sources[0] if sources[0].is_dir() else sources[0].parent
    return beside


def yaml_file(folder: Path, random: Random) -> Path:
    folder.mkdir(parents=True)
    _beside(folder, random)
    path = folder / random.choice(("hosts", "hosts.yml", "hosts.json"))
    path.write_text(yaml.safe_dump(_inventory(random), sort_keys=False), encoding="utf-8")
    return path


def yaml_folder(folder: Path, random: Random) -> Path:
    yaml_file(folder / "nested", random)
    for name in random.sample(("a.yml", "b.yaml", "c", ".hidden.yml", "old.bak", "notes.txt", "z.yml~"), 4):
        text = yaml.safe_dump(_inventory(random), sort_keys=False)
        (folder / name).write_text(text, encoding="utf-8")
    _beside(folder, random)
    return folder


def script(folder: Path, random: Random) -> Path:
    """A program that answers with JSON."""
    folder.mkdir(parents=True)
    names = sorted(random.sample(GROUPS[:-1], 4), key=GROUPS.index)
    hosts = ["web1", "web2", "db1", "10.0.0.7", "fe80::1"]
    answer: dict[str, Any] = {
        name: {
            "hosts": random.sample(hosts, random.randrange(4)),
            "vars": _variables(random),
            "children": [child for child in names[number + 1 :] if random.random() < 0.3],
        }
        for number, name in enumerate(names)
    }
    answer["short"] = random.sample(hosts, 2)
    answer["_meta"] = {"hostvars": {host: _variables(random) for host in random.sample([*hosts, "ghost"], 3)}}
    path = folder / "inventory.sh"
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(answer)}\nEND\n", encoding="utf-8")
    path.chmod(0o755)
    _beside(folder, random)
    return path


def ini(folder: Path, random: Random) -> Path:
    folder.mkdir(parents=True)
    lines = [
        "lonely zone=eu",
        "[web]",
        "web[1:3] port=80 ansible_user=deploy",
        "web2:2222",
        "[db]",
        "db1 tags='[1, 2]'",
    ]
    lines += ["[prod:children]", *random.sample(("web", "db"), random.choice((1, 2)))]
    lines += ["[prod:vars]", f"zone={random.choice(('true', 'a b', '7'))}", "[all:vars]", "port=8080", "tags="]
    path = folder / random.choice(("hosts", "hosts.ini"))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _beside(folder, random)
    return path


def _inventory(random: Random) -> dict[str, Any]:
    top: dict[str, Any] = {"all": _group(random, 0, 0)} if random.random() < 0.7 else {}
    for number, name in enumerate(GROUPS):
        if random.random() < 0.3 or not top:
            top[name] = _group(random, number + 1, 1)
    return top


def _group(random: Random, first: int, depth: int) -> dict[str, Any] | None:
    """Children only from `first` on, so that there are no loops; `ungrouped`, the last, has none."""
    body: dict[str, Any] = {}
    if random.random() < 0.8:
        body["hosts"] = {name: _variables(random) or None for name in random.sample(HOSTS, random.randrange(4))}
    if random.random() < 0.6:
        body["vars"] = _variables(random) | random.choice(({}, {}, {"ansible_group_priority": random.randrange(9)}))
    choices = range(first, len(GROUPS) - 1)
    if depth < 4 and choices and random.random() < 0.7:
        numbers = random.sample(choices, min(len(choices), random.randrange(1, 3)))
        body["children"] = {GROUPS[number]: _group(random, number + 1, depth + 1) for number in numbers}
    order = random.sample(list(body), len(body))
    return {key: body[key] for key in order} or None


def _variables(random: Random) -> dict[str, Any]:
    values: tuple[Any, ...] = (1, "one", True, None, [1, 2], {"deep": random.randrange(9)}, "{{ zone }}-x", 1.5, "yes")
    return {name: random.choice(values) for name in random.sample(VARIABLES, random.randrange(3))}


def _beside(folder: Path, random: Random) -> None:
    for kind, names in (("group_vars", ("all", *GROUPS)), ("host_vars", ("web1", "web01", "dba.eu", "fe80::1"))):
        for name in names:
            if random.random() < 0.25:
                _variable_files(folder / kind, name, random)


def _variable_files(folder: Path, name: str, random: Random) -> None:
    shapes = ("{}", "{}.yml", "{}.yaml", "{}.json", "{}/main.yml", "{}/b", "{}/more/x.yaml", "{}/no.txt", "{}/.no.yml")
    for shape in random.sample(shapes, random.choice((1, 2))):
        path = folder / shape.format(name)
        if (folder / name).is_file() or path.is_dir():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(random.choice(("", "---\n")) if random.random() < 0.1 else _dump(random), encoding="utf-8")


def _dump(random: Random) -> str:
    variables = _variables(random)
    return yaml.safe_dump(variables) if variables else "# nothing\n"


def _patterns(random: Random) -> dict[str, tuple[str, ...]]:
    """Every term alone, and some together."""
    patterns: dict[str, tuple[str, ...]] = {term: (term,) for term in TERMS}
    for _ in range(8):
        terms = tuple(random.choices(TERMS, k=random.randrange(2, 4)))
        separator = "," if any("fe80" in term for term in terms) else random.choice((":", ",", ", "))
        patterns[separator.join(random.choice(("", "", "&", "!")) + term for term in terms)] = terms
    return patterns

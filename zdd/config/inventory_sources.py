"""From what `-i` names to groups: files, folders and programs, each in the form that Ansible would see in it."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from zdd.config import inventory_json, inventory_yaml
from zdd.config.inventory_groups import Groups, Setting
from zdd.config.inventory_program import Unanswered, ask_ansible, ask_script
from zdd.config.source import load
from zdd.errors import Invalid, Problem

YAML = (".yml", ".yaml", ".json")

# What Ansible passes over in a folder.
_IGNORED = re.compile(
    r"\.|(host_vars|group_vars|vars_plugins)$|.*(\.(pyc|pyo|swp|bak|rpm|md|txt|rst|orig|cfg|retry)|~)$"
)


def feed(groups: Groups, path: Path) -> list[Problem]:
    """Adds what a source says, and returns what is wrong with it. What can't be read at all is wrong too."""
    try:
        files = list(_files(path))
    except OSError as error:
        return [_problem(path, f"can't be read: {error.strerror}")]
    if not files:
        return [_problem(path, "holds no inventory")]
    return [problem for file in files for problem in _file(groups, file)]


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for entry in sorted(path.iterdir(), key=lambda entry: entry.name):
        if not _IGNORED.match(entry.name):
            yield from _files(entry)


def _file(groups: Groups, path: Path) -> list[Problem]:
    try:
        head = _head(path)
        if os.access(path, os.X_OK) and head.startswith((b"#!", b"\x7fELF")):
            return _answer(groups, path, ask_script(path))
        if path.suffix not in YAML and not _looks_like_yaml(head):
            return _answer(groups, path, ask_ansible(path))
        document = load(path)
        if isinstance(document.value, dict) and "plugin" in document.value:
            return _answer(groups, path, ask_ansible(path))
        return inventory_yaml.feed(groups, document, _origin(path))
    except Invalid as invalid:
        return list(invalid.problems)
    except Unanswered as silence:
        return [_problem(path, str(silence))]
    except OSError as error:
        return [_problem(path, f"can't be read: {error.strerror}")]
    except RecursionError:
        return [_problem(path, "is nested too deeply")]


def _head(path: Path) -> bytes:
    """What a file begins with; nothing if there is none, which `load` says best."""
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(65536)


def _looks_like_yaml(head: bytes) -> bool:
    """For files whose name does not tell: INI begins with a section or a host, YAML with a key."""
    for line in head.decode(errors="replace").splitlines():
        word = line.split(" #")[0].strip()
        if word and not word.startswith(("#", ";", "---", "%")):
            return not word.startswith("[") and (word.endswith(":") or ": " in word or word.startswith("{"))
    return True


def _answer(groups: Groups, path: Path, answer: object) -> list[Problem]:
    wrong = inventory_json.feed(groups, answer, f"{path}:1:1", _origin(path))
    return [_problem(path, message) for message in wrong]


def _origin(path: Path) -> dict[str, Setting]:
    """What Ansible tells each host of the file that first named it."""
    file = os.path.normpath(path.absolute())
    return {
        "inventory_file": Setting(file, f"{path}:1:1"),
        "inventory_dir": Setting(str(Path(file).parent), f"{path}:1:1"),
    }


def _problem(path: Path, message: str) -> Problem:
    return Problem(str(path), 1, 1, message)

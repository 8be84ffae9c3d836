"""`group_vars/` and `host_vars/` beside the inventories, read when a host is first asked about."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from zdd.config.inventory_groups import Setting
from zdd.config.inventory_yaml import settings
from zdd.config.source import load
from zdd.errors import Invalid, Problem

ENDINGS = ("", ".yml", ".yaml", ".json")

Settings = dict[str, Setting]


class Beside:
    """The variables in the folders of all inventories, in the order in which these were named."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._listing = cache(_listing)
        self._read = cache(_read)

    def groups(self, names: Iterable[str]) -> Iterator[Settings]:
        """Weakest first: all groups of one folder before any of the next."""
        ranked = tuple(names)
        for folder in self._folders:
            for name in ranked:
                yield from self._of(folder / "group_vars", name)

    def host(self, name: str) -> Iterator[Settings]:
        for folder in self._folders:
            yield from self._of(folder / "host_vars", name)

    def _of(self, folder: Path, name: str) -> Iterator[Settings]:
        """Ansible takes the first that is there: a folder or file of this name, then the endings."""
        for ending in ENDINGS:
            if name + ending in self._listing(folder):
                yield from map(self._read, _files(folder / (name + ending)))
                return


def _listing(folder: Path) -> frozenset[str]:
    try:
        return frozenset(entry.name for entry in folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()
    except OSError as error:
        raise Invalid([Problem(str(folder), 1, 1, f"can't be read: {error.strerror}")]) from error


def _files(path: Path) -> Iterator[Path]:
    """The file itself, or those of a folder and the folders below it, sorted, without hidden ones and backups."""
    if not path.is_dir():
        yield path
        return
    for name in sorted(_listing(path)):
        entry = path / name
        if name.startswith(".") or name.endswith("~") or entry.suffix not in ENDINGS:
            continue
        if not entry.is_dir():
            yield entry
        elif not entry.suffix:
            yield from _files(entry)


def _read(path: Path) -> Settings:
    document = load(path)
    if document.value is None:
        return {}
    if isinstance(document.value, str) and document.value.startswith("$ANSIBLE_VAULT"):
        vault = "is encrypted by ansible-vault, which zdd can't read; write the variable as `!env NAME` or `!file PATH`"
        raise Invalid([document.problem((), vault)])
    if not isinstance(document.value, dict):
        raise Invalid(
            [document.problem((), f"has to hold variables, `name: value` a line, not {type(document.value).__name__}")]
        )
    problems: list[Problem] = []
    found = settings(document, (), lambda at, message: problems.append(document.problem(at, message, key=True)))
    if problems:
        raise Invalid(problems)
    return found

"""From the files that people write to a recipe."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from zdd.balancers.table import BALANCERS
from zdd.cli.inventories import login_settings, read_inventory
from zdd.cli.options import Files, Given, Login
from zdd.cli.source import Source
from zdd.cli.vaults import vault
from zdd.config import adoption, outline, resolve, source
from zdd.config.inventory import Inventory
from zdd.config.playbook import Tables
from zdd.config.recipe import PlayRecipe, Recipe
from zdd.errors import Usage
from zdd.plan.earlier import by_playbook
from zdd.probes.table import PROBES
from zdd.steps.checks import CHECKS
from zdd.steps.table import STEPS

Read = TypeVar("Read")
TABLES = Tables(
    steps={name: step.keys for name, step in STEPS.items() if step.keys},
    balancers={name: adapter.keys for name, adapter in BALANCERS.items()},
    probes={name: adapter.keys for name, adapter in PROBES.items()},
    checks={name: check.keys for name, check in CHECKS.items()},
)


def read_source(playbook: Path, given: Given) -> Source:
    """Everything that the files say, for every host, and what they would say of earlier versions. Raises `Invalid` with
    all problems of a file."""
    book = _whole(resolve.opened, playbook, given)
    return Source(book.recipe, by_playbook(book))


def read_outlines(playbook: Path, files: Files) -> tuple[PlayRecipe, ...]:
    """Its fleets alone: no version is asked for, and no artifact looked for."""
    return outline.read(playbook, _inventory(playbook, files), extra=variables(files.extra), tables=TABLES)


def read_adoption(playbook: Path, given: Given) -> Recipe:
    """What runs already: no artifact is looked for."""
    return _whole(adoption.read, playbook, given)


def _whole(read: Callable[..., Read], playbook: Path, given: Given) -> Read:
    return read(
        playbook,
        _inventory(playbook, given.files, given.login),
        extra=variables(given.files.extra),
        limit=given.hosts.limit,
        skip=given.hosts.skip,
        tables=TABLES,
        vault=vault(),
    )


def _inventory(playbook: Path, files: Files, login: Login | None = None) -> Inventory:
    said = login_settings(login.user, login.become) if login else None
    return read_inventory(files.inventory, playbook.parent, said)


def variables(extra: Sequence[str]) -> dict[str, Any]:
    """`-e` as Ansible has it: key=value pairs, a JSON object, or @file. The last one wins."""
    merged: dict[str, Any] = {}
    for text in extra:
        merged.update(_variables(text))
    return merged


def _variables(text: str) -> Mapping[str, Any]:
    if text.startswith("@"):
        value = source.load(Path(text[1:])).value
        if not isinstance(value, dict):
            raise Usage(f"-e {text}: the file must hold variables, `name: value` a line")
        return value
    if text.lstrip().startswith("{"):
        return _json(text)
    key, equals, value = text.partition("=")
    if not equals or not key.strip().isidentifier():
        raise Usage(f"-e {text}: write name=value, a JSON object, or @file")
    return {key.strip(): value}


def _json(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise Usage(f"-e {text}: {error}") from error
    if not isinstance(value, dict):
        raise Usage(f"-e {text}: write a JSON object")
    return value

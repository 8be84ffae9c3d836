"""A playbook read for what runs already: there is no artifact of it, the tree on each host is what it is."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from zdd.config.building import Contents
from zdd.config.inventory import Inventory
from zdd.config.playbook import PlayDraft, Tables, read_plays
from zdd.config.recipe import Recipe
from zdd.config.resolve import resolved
from zdd.config.secrets import Vault
from zdd.config.sheet import Sheet
from zdd.errors import Invalid


def read(
    playbook: Path,
    inventory: Inventory,
    *,
    extra: Mapping[str, Any],
    limit: Sequence[str],
    skip: Sequence[str],
    tables: Tables,
    vault: Vault,
) -> Recipe:
    """Files that a playbook renders into a release are in the tree as they are. Raises `Invalid`."""
    with tempfile.TemporaryDirectory() as empty:
        contents = Contents(vault)
        drafts = [_without_artifact(draft, empty) for draft in read_plays(playbook, tables)]
        sheets = [Sheet(draft, playbook, inventory, extra, tables, contents) for draft in drafts]
        plays = tuple(resolved(sheet, limit, skip) for sheet in sheets)
    return Recipe(
        playbook=str(playbook), inventories=tuple(map(str, inventory.sources)), plays=plays, contents=contents.held
    )


def _without_artifact(draft: PlayDraft, empty: str) -> PlayDraft:
    if draft.keys.release is None:
        why = "a play without `release` has nothing to adopt"
        raise Invalid([draft.document.problem((*draft.spot, "name"), why)])
    if draft.keys.release.current:
        why = "`zdd adopt` is for folders: a deploy takes what hosts install themselves as it finds it"
        raise Invalid([draft.document.problem((*draft.spot, "release", "current"), why)])
    release = draft.keys.release.model_copy(update={"artifact": empty, "assets": ()})
    return replace(draft, keys=draft.keys.model_copy(update={"release": release}))

"""A playbook read for its fleets alone: which hosts, which balancers, how many must serve.

No version, no artifact and no variable that only tasks use is asked for: a host is drained by hand without them.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from zdd.config.building import Contents
from zdd.config.inventory import Inventory
from zdd.config.playbook import LISTS, PlayDraft, Tables, read_plays
from zdd.config.recipe import PlayRecipe
from zdd.config.resolve import resolved
from zdd.config.sheet import Sheet


def read(playbook: Path, inventory: Inventory, *, extra: Mapping[str, Any], tables: Tables) -> tuple[PlayRecipe, ...]:
    """Raises `Invalid` with all problems of the file, also where they are in what is left out afterwards."""
    drafts = [_bare(draft) for draft in read_plays(playbook, tables)]
    return tuple(resolved(Sheet(draft, playbook, inventory, extra, tables, Contents()), (), ()) for draft in drafts)


def _bare(draft: PlayDraft) -> PlayDraft:
    keys = draft.keys.model_copy(update={"release": None, "health": None})
    return replace(draft, keys=keys, tasks=dict.fromkeys(LISTS, ()), checks=(), probes=())

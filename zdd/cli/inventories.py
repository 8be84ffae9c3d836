"""From the files that people write to an inventory. Apart from playbooks, which need ten times as much."""

from collections.abc import Sequence
from pathlib import Path

from zdd.config import inventory
from zdd.config.inventory import Inventory
from zdd.errors import Usage


def read_inventory(inventories: Sequence[Path], playbooks: Path | None = None) -> Inventory:
    """What every `-i` names, and the variables in `group_vars/` and `host_vars/` beside the playbooks."""
    if not inventories:
        raise Usage("which inventory? say -i inventories/production.yml, or set ZDD_INVENTORY")
    return inventory.read(inventories, playbooks)

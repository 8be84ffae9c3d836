"""From the files that people write to an inventory. Apart from playbooks, which need ten times as much."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from zdd.config import inventory
from zdd.config.inventory import Inventory
from zdd.config.inventory_groups import Setting
from zdd.errors import Usage


def read_inventory(
    inventories: Sequence[Path], playbooks: Path | None = None, login: Mapping[str, Setting] | None = None
) -> Inventory:
    """What every `-i` names, and the variables in `group_vars/` and `host_vars/` beside the playbooks."""
    if not inventories:
        raise Usage("which inventory? say -i inventories/production.yml, or set ZDD_INVENTORY")
    return inventory.read(inventories, playbooks, login)


def login_settings(user: str, become: bool) -> dict[str, Setting]:
    """What -u and -b say of every host: as for Ansible, whatever the inventory says is stronger."""
    said = {"ansible_user": Setting(user, "-u:1:1")} if user else {}
    return said | ({"ansible_become": Setting(True, "-b:1:1")} if become else {})

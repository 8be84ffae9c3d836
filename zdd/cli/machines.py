"""Machines that a person names: by a pattern of the inventory, or by name, where the store knows them of a run."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zdd.cli.desk import Desk
    from zdd.config.inventory import Inventory
    from zdd.model import Endpoint


def machines(
    desk: "Desk",
    patterns: Sequence[str],
    inventory: Sequence[Path],
    limit: Sequence[str] = (),
    *,
    user: str = "",
    become: bool = False,
) -> "list[Endpoint]":
    """How each is reached. Raises `Invalid` for a pattern that means nobody, `Usage` for a name that nobody knows."""
    from zdd.cli.inventories import login_settings, read_inventory

    if not inventory:
        return _of_store(desk, patterns)
    read = read_inventory(inventory, login=login_settings(user, become))
    hosts = dict.fromkeys(host for pattern in patterns for host in read.select(pattern))
    return [endpoint_in(read, host) for host in read.limited(tuple(hosts), limit)]


def endpoint_in(read: "Inventory", host: str) -> "Endpoint":
    """As the inventory alone has it. Raises `Invalid` where that takes more, as the variables of a playbook."""
    from zdd.config.templates import Scope

    zdds = {"host": host, "inventory_hostname": host, "groups": {name: list(of) for name, of in read.groups.items()}}
    return read.endpoint(host, Scope({**read.variables(host), **zdds}).text)


def _of_store(desk: "Desk", names: Sequence[str]) -> "list[Endpoint]":
    """Each fleet as its newest run knew it."""
    from zdd.cli.fleets import all_fleets
    from zdd.errors import Usage

    known: dict[str, Endpoint] = {}
    for play in all_fleets(desk) if desk.store.runs() else ():
        known |= dict(play.machines) | {host: target.endpoint for host, target in play.targets.items()}
    if missing := [name for name in names if name not in known]:
        why = f"the store knows no host {missing[0]}"
        raise Usage(f"{why}: say -i inventories/production.yml, or set ZDD_INVENTORY")
    return [known[name] for name in names]

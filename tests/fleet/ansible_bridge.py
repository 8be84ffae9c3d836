"""Asks Ansible itself what inventories mean. Run as a program, so that our own process never imports it.

Standard input: JSON lines {"sources": [...], "patterns": [...], "playbooks": "folder"}; standard output: one JSON line
for each.
"""

import json
import sys
from typing import Any

from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.vars.manager import VariableManager

MAGIC = {
    "ansible_facts",
    "ansible_playbook_python",
    "group_names",
    "groups",
    "inventory_hostname",
    "inventory_hostname_short",
    "playbook_dir",
}


def answer(sources: list[str], patterns: list[str], playbooks: str) -> dict[str, Any]:
    loader = DataLoader()
    loader.set_basedir(playbooks)
    inventory = InventoryManager(loader, sources)
    variables = VariableManager(loader, inventory)
    return {
        "groups": {name: [host.name for host in group.get_hosts()] for name, group in inventory.groups.items()},
        "variables": {name: _variables(variables, host) for name, host in inventory.hosts.items()},
        "patterns": {pattern: _hosts(inventory, pattern) for pattern in patterns},
    }


def _variables(manager: VariableManager, host: Any) -> dict[str, Any]:
    found = manager.get_vars(host=host, include_hostvars=False)
    return {name: value for name, value in found.items() if name not in MAGIC}


def _hosts(inventory: InventoryManager, pattern: str) -> list[str]:
    """Empty where Ansible fails, as it is where it matches nothing."""
    try:
        return [host.name for host in inventory.get_hosts(pattern)]
    except AnsibleError:
        return []


def main() -> None:
    init_plugin_loader()
    for line in sys.stdin:
        case = json.loads(line)
        sys.stdout.write(json.dumps(answer(**case), default=str) + "\n")


main()

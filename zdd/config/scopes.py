"""The variables that templates of a play see, host by host; and the name of the fleet, which is one of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zdd.config.inventory import Inventory
from zdd.config.playbook import PlayDraft
from zdd.config.templates import Scope
from zdd.errors import Invalid

GENERIC = ("hosts", "inventory", "main")


class Scopes:
    """Defaults, inventory, -e: the later wins. What zdd itself defines cannot be set."""

    def __init__(self, draft: PlayDraft, inventory: Inventory, extra: Mapping[str, Any], hosts: Sequence[str]) -> None:
        self._draft, self._inventory, self._extra = draft, inventory, dict(extra)
        self.environment = self._environment(hosts)
        self.fleet = f"{draft.keys.name}@{self.environment}"

    def variables(self, host: str) -> dict[str, Any]:
        return {**self._draft.keys.defaults, **self._inventory.variables(host), **self._extra}

    def of(self, host: str, **more: Any) -> Scope:
        variables = self.variables(host)
        zdds = {
            "host": host,
            "inventory_hostname": host,
            "address": variables.get("ansible_host", host),
            "groups": {name: list(hosts) for name, hosts in self._inventory.groups.items()},
            "fleet": self.fleet,
            "environment": self.environment,
        }
        return Scope({**variables, **zdds, **more})

    def _environment(self, hosts: Sequence[str]) -> str:
        """One value for all hosts of the play, or else the first `-i`."""
        found = {str(value): host for host in hosts if (value := self.variables(host).get("environment")) is not None}
        if len(found) > 1:
            (one, host), (other, another) = list(found.items())[:2]
            why = f"`environment` is {one} for {host} and {other} for {another}: a play is one fleet"
            raise Invalid([self._draft.document.problem((*self._draft.spot, "hosts"), why)])
        return next(iter(found), "") or self._of_file()

    def _of_file(self) -> str:
        first = self._inventory.sources[0].absolute()
        name = _named(first)
        if not name:
            why = "no name for the environment: set the variable `environment` for these hosts"
            raise Invalid([self._draft.document.problem((*self._draft.spot, "hosts"), why)])
        return name


def _named(first: Path) -> str:
    """A folder's name, a file's name without its ending; one that says nothing takes its folder's."""
    name = first.name if first.is_dir() else first.stem
    return first.parent.name if name in GENERIC else name

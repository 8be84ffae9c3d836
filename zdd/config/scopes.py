"""The variables that templates of a play see, host by host; and the name of the fleet, which is one of them."""

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zdd.config.inventory import Inventory
from zdd.config.playbook import PlayDraft
from zdd.config.secrets import LEAST, Reference, Vault
from zdd.config.source import nearest
from zdd.config.templates import Scope
from zdd.errors import Invalid

GENERIC = ("hosts", "inventory", "main")


class Scopes:
    """Defaults, inventory, -e: the later wins. What zdd itself defines cannot be set."""

    def __init__(
        self, draft: PlayDraft, inventory: Inventory, extra: Mapping[str, Any], hosts: Sequence[str], vault: Vault
    ) -> None:
        self._draft, self._inventory, self._extra, self._vault = draft, inventory, dict(extra), vault
        self.environment = self._environment(hosts)
        self.fleet = f"{draft.keys.name}@{self.environment}"

    def variables(self, host: str) -> dict[str, Any]:
        """Those that the play names as secrets are references."""
        merged = {**self._draft.keys.defaults, **self._inventory.variables(host), **self._extra}
        for name in self._draft.keys.secrets:
            if name in merged and not isinstance(merged[name], Reference):
                merged[name] = self._hidden(host, name, str(merged[name]))
        return merged

    def _hidden(self, host: str, name: str, value: str) -> Reference:
        reference = Reference.to("var", f"{host}/{name}")
        with contextlib.suppress(ValueError):  # which `why_no_secret` has said
            self._vault.learn(reference, value)
        return reference

    def why_no_secret(self, name: str, hosts: Sequence[str]) -> str:
        """What is wrong with a variable that the play names as a secret; empty if it is one. A resume must find its
        value again."""
        inventory = [self._inventory.variables(host)[name] for host in hosts if name in self._inventory.variables(host)]
        other = next((of[name] for of in (self._extra, self._draft.keys.defaults) if name in of), None)
        remedy = f"write `{name}: !env NAME` or `{name}: !file PATH` in the inventory"
        if other is not None and not isinstance(other, Reference) and (name in self._extra or not inventory):
            return f"`{name}` is written for all to see, and a resume would not find it: {remedy}"
        if not inventory and other is None:
            near = nearest(name, self.variables(hosts[0]))
            return f"no host has a variable `{name}`" + (f"; did you mean `{near}`?" if near else f": {remedy}")
        return next(filter(None, map(_unfit, inventory)), "").format(name=name)

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
        return Scope({**variables, **zdds, **more}, vault=self._vault)

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


def _unfit(value: Any) -> str:
    if isinstance(value, dict | list) or value is None:
        return "`{name}` is no text: name one that is"
    if not isinstance(value, Reference) and "{{" in str(value):
        return "`{name}` is a template: name the variables that it is made of"
    return "" if len(str(value)) >= LEAST else f"`{{name}}` has fewer than {LEAST} characters, which nobody could hide"


def _named(first: Path) -> str:
    """A folder's name, a file's name without its ending; one that says nothing takes its folder's."""
    name = first.name if first.is_dir() else first.stem
    return first.parent.name if name in GENERIC else name

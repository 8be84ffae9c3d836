"""The inventory: all hosts with their groups and variables, as Ansible would see them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from zdd.config import patterns
from zdd.config.endpoint import Render, endpoint
from zdd.config.inventory_groups import Groups, Setting
from zdd.config.inventory_sources import feed
from zdd.config.inventory_vars import Beside
from zdd.config.source import nearest
from zdd.errors import Invalid, Problem
from zdd.model import Endpoint


def read(
    paths: Sequence[Path], playbooks: Path | None = None, weakest: Mapping[str, Setting] | None = None
) -> "Inventory":
    """Reads what every `-i` names, in this order. `Invalid` has all problems of all files.

    `playbooks`: the folder of the playbook, whose `group_vars/` and `host_vars/` win over those of the inventories.
    `weakest`: variables of every host, which anything else overrules.
    """
    groups = Groups()
    problems = [problem for path in paths for problem in feed(groups, path)]
    problems += _ambiguous(groups)
    if not problems and not groups.hosts:
        problems = [Problem(str(path), 1, 1, "names no host") for path in paths]
    if problems:
        raise Invalid(problems)
    groups.settle()
    return Inventory(tuple(paths), groups, _folders(paths, playbooks), weakest or {})


class Inventory:
    """Hosts and groups are known at once; a host's variables when they are first asked for."""

    def __init__(
        self, sources: tuple[Path, ...], groups: Groups, folders: Sequence[Path], weakest: Mapping[str, Setting]
    ) -> None:
        self.sources = sources
        self._groups, self._weakest = groups, weakest
        self._beside = Beside(folders)
        self._known: dict[str, Mapping[str, tuple[Setting, ...]]] = {}

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Each group with its hosts and those of its children, in inventory order."""
        return MappingProxyType({name: self._groups.members(name) for name in self._groups.groups})

    @property
    def hosts(self) -> tuple[str, ...]:
        return self.groups["all"]

    def select(self, pattern: str) -> tuple[str, ...]:
        """The hosts of a pattern. `Invalid` has each part of it that means nothing; columns count in the pattern."""
        return patterns.select(pattern, patterns.Roster(self._groups.hosts, self.groups))

    def limited(self, hosts: Sequence[str], limits: Sequence[str]) -> tuple[str, ...]:
        """Those of the hosts that any of the limits names, in their own order. No limit leaves all of them."""
        try:
            chosen = {host for limit in limits for host in self.select(limit)}
        except Invalid as invalid:
            raise Invalid([replace(problem, file="--limit") for problem in invalid.problems]) from invalid
        left = tuple(host for host in hosts if host in chosen or not limits)
        if not left:
            raise Invalid([Problem("--limit", 1, 1, f"`{' '.join(limits)}` leaves none of the {len(hosts)} hosts")])
        return left

    def host(self, name: str) -> str:
        """The same name. `Invalid` where there is no such host."""
        if name in self._groups.hosts:
            return name
        near = nearest(name, self._groups.hosts)
        raise Invalid([Problem("host", 1, 1, f"no host `{name}`" + (f"; did you mean `{near}`?" if near else ""))])

    def variables(self, host: str) -> Mapping[str, Any]:
        """Templates are left as they are written."""
        return MappingProxyType({name: settings[0].value for name, settings in self.explain(host).items()})

    def place(self, host: str, variable: str) -> str:
        """The "file:line:column" that sets a host's variable; empty if nothing does."""
        settings = self.explain(host).get(variable)
        return settings[0].place if settings else ""

    def endpoint(self, host: str, render: Render | None = None) -> Endpoint:
        """How the host is reached. `render` gives templates their value; without it they are refused."""
        return endpoint(host, {name: settings[0] for name, settings in self.explain(host).items()}, render)

    def explain(self, host: str) -> Mapping[str, tuple[Setting, ...]]:
        """Variable -> all that set it for this host; the first one wins."""
        if host not in self._known:
            found: dict[str, tuple[Setting, ...]] = {}
            for layer in self._layers(host):
                for name, setting in layer.items():
                    found[name] = (setting, *found.get(name, ()))
            self._known[host] = MappingProxyType(found)
        return self._known[host]

    def _layers(self, host: str) -> list[Mapping[str, Setting]]:
        """Weakest first: in inventories `all` and the other groups, then `group_vars/`, then the host's own."""
        ranked = self._ranked_groups(host)
        return [
            self._weakest,
            *(self._groups.groups[name].settings for name in ("all", *ranked)),
            *self._beside.groups(["all"]),
            *self._beside.groups(ranked),
            self._groups.hosts[host],
            *self._beside.host(host),
        ]

    def _ranked_groups(self, host: str) -> list[str]:
        own = self._memberships.get(host, ())
        names = set(own).union(*map(self._groups.ancestors, own)) - {"all"}
        return sorted(names, key=self._ranking.__getitem__)

    @cached_property
    def _memberships(self) -> Mapping[str, Sequence[str]]:
        return self._groups.memberships()

    @cached_property
    def _ranking(self) -> Mapping[str, tuple[int, int, str]]:
        return self._groups.ranking()


def _ambiguous(groups: Groups) -> list[Problem]:
    """Ansible would give such a host's variables to the group."""
    both = [name for name in groups.hosts if name in groups.groups]
    files = [groups.hosts[name]["inventory_file"].value for name in both]
    return [
        Problem(file, 1, 1, f"`{name}` is both a host and a group; rename one of them")
        for file, name in zip(files, both, strict=True)
    ]


def _folders(sources: Sequence[Path], playbooks: Path | None) -> list[Path]:
    """Where `group_vars/` may be. Of a folder that is there twice the last one counts, as later ones win."""
    folders = [path if path.is_dir() else path.parent for path in sources] + ([playbooks] if playbooks else [])
    return list({folder.absolute(): folder for folder in reversed(folders)}.values())[::-1]

"""Hosts and groups while inventories are read, and what Ansible makes of them in the end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable's value, and the "file:line:column" that gives it."""

    value: Any
    place: str


@dataclass(slots=True, eq=False)
class Group:
    """One group. The dicts are ordered sets."""

    name: str
    hosts: dict[str, None] = field(default_factory=dict)  # its own, those of children not
    children: dict[str, None] = field(default_factory=dict)
    parents: dict[str, None] = field(default_factory=dict)
    settings: dict[str, Setting] = field(default_factory=dict)
    priority: int = 1


class Groups:
    """All groups and hosts, in the order in which they were first written."""

    def __init__(self) -> None:
        self.groups: dict[str, Group] = {}
        self.hosts: dict[str, dict[str, Setting]] = {}
        self.adopt("all", "ungrouped")

    def group(self, name: str) -> Group:
        return self.groups.setdefault(name, Group(name))

    def enrol(self, host: str, group: str, first: Mapping[str, Setting]) -> dict[str, Setting]:
        """Puts a host into a group; returns its own settings, to be added to. A new host begins with `first`."""
        self.group(group).hosts[host] = None
        return self.hosts.setdefault(host, dict(first))

    def adopt(self, parent: str, child: str) -> bool:
        """Makes one group the child of another; False where that would be a loop."""
        if child in ("all", parent) or child in self.ancestors(parent):
            return False
        self.group(parent).children[child] = None
        self.group(child).parents[parent] = None
        return True

    def ancestors(self, name: str) -> set[str]:
        found: set[str] = set()
        ahead = [name]
        while ahead:
            new = self.group(ahead.pop()).parents.keys() - found
            found |= new
            ahead += new
        return found

    def settle(self) -> None:
        """Whatever has no parent belongs to `all`; hosts without a group, and they alone, are `ungrouped`."""
        for group in self.groups.values():
            if group.name != "all" and not group.parents:
                self.adopt("all", group.name)
        ungrouped = self.groups["ungrouped"].hosts
        lineage = {name: self.ancestors(name) | {name} for name in self.groups}
        memberships = self.memberships()
        for host in self.hosts:
            known = set().union(*(lineage[name] for name in memberships.get(host, ())))
            if known <= {"all"}:
                ungrouped[host] = None
            elif not known <= {"all", "ungrouped"}:
                ungrouped.pop(host, None)

    def memberships(self) -> dict[str, list[str]]:
        """Host -> the groups that name it themselves."""
        found: dict[str, list[str]] = {}
        for group in self.groups.values():
            for host in group.hosts:
                found.setdefault(host, []).append(group.name)
        return found

    def members(self, name: str) -> tuple[str, ...]:
        """A group's hosts: its own first, then those of its children, level by level."""
        hosts: dict[str, None] = {}
        for group in self._descent(name):
            hosts.update(group.hosts)
        return tuple(hosts)

    def _descent(self, name: str) -> Iterator[Group]:
        level: Mapping[str, None] = {name: None}
        seen: set[str] = set()
        while level:
            yield from map(self.group, level)
            seen |= level.keys()
            level = {child: None for name in level for child in self.groups[name].children if child not in seen}

    def ranking(self) -> dict[str, tuple[int, int, str]]:
        """Group -> its rank by depth, then priority, then name: of two, the higher one's variables win."""
        depth = dict.fromkeys(self.groups, 0)
        waiting = {name: len(group.parents) for name, group in self.groups.items()}
        free = [name for name, parents in waiting.items() if not parents]
        while free:
            name = free.pop()
            for child in self.groups[name].children:
                depth[child] = max(depth[child], depth[name] + 1)
                waiting[child] -= 1
                if not waiting[child]:
                    free.append(child)
        return {name: (depth[name], group.priority, name) for name, group in self.groups.items()}

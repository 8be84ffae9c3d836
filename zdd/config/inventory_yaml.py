"""Ansible's YAML form of an inventory: groups with `hosts`, `children` and `vars`.

What Ansible skips with a warning is an error here.
"""

from collections.abc import Callable, Mapping
from typing import Any

from zdd.config.inventory_groups import Group, Groups, Setting
from zdd.config.inventory_ranges import check_group, expand
from zdd.config.source import Document, Spot, nearest
from zdd.errors import Problem

SECTIONS = ("hosts", "children", "vars")


def feed(groups: Groups, document: Document, source: Mapping[str, Setting]) -> list[Problem]:
    """Adds what a file says, and returns what is wrong with it. Every new host begins with `source`."""
    feeding = Feeding(groups, document, source)
    if not document.value:
        feeding.wrong((), "is empty; write `all: {hosts: …}`")
    elif feeding.mapping(document.value, (), "an inventory"):
        for name, body in document.value.items():
            feeding.group(name, body, (name,))
    return feeding.problems


def settings(document: Document, path: Spot, wrong: Callable[[Spot, str], None]) -> dict[str, Setting]:
    """The variables of one mapping, each with its place."""
    body = document.value
    for key in path:
        body = body[key]
    for name in body:
        if not isinstance(name, str):
            wrong((*path, name), f"`{name}` can't be the name of a variable; put it in quotation marks")
    return {
        name: Setting(value, document.place((*path, name))) for name, value in body.items() if isinstance(name, str)
    }


class Feeding:
    """One file on its way into the groups."""

    def __init__(self, groups: Groups, document: Document, source: Mapping[str, Setting]) -> None:
        self._groups, self._document, self._source = groups, document, source
        self.problems: list[Problem] = []

    def wrong(self, path: Spot, message: str) -> None:
        self.problems.append(self._document.problem(path, message))

    def misnamed(self, path: Spot, message: str) -> None:
        """Like `wrong`, about the key rather than what it holds."""
        self.problems.append(self._document.problem(path, message, key=True))

    def group(self, name: Any, body: Any, path: Spot) -> Group | None:
        if not self._is_group_name(name, path):
            return None
        group = self._groups.group(name)
        if body is None or not self.mapping(body, path, f"group `{name}`"):
            return group
        for key, section in body.items():
            if key not in SECTIONS:
                self._unknown(key, (*path, key))
            elif section is not None:
                self._section(group, key, section, (*path, key))
        return group

    def mapping(self, value: Any, path: Spot, what: str) -> bool:
        """Whether it is one, as it has to be."""
        if isinstance(value, dict):
            return True
        hint = "write `name:` instead of `- name`" if isinstance(value, list) else "write `name: value` a line"
        self.wrong(path, f"{what} has to be a mapping, not {type(value).__name__}: {hint}")
        return False

    def _section(self, group: Group, key: str, section: Any, path: Spot) -> None:
        if isinstance(section, str) and key != "vars":
            section = {section: None}  # `hosts: web1` is a mapping of one, for Ansible
        if not self.mapping(section, path, f"`{key}` of group `{group.name}`"):
            return
        if key == "vars":
            self._variables(group, path)
        for name, body in section.items() if key != "vars" else ():
            if key == "hosts":
                self._hosts(group, name, body, (*path, name))
            else:
                self._child(group, name, body, (*path, name))

    def _variables(self, group: Group, path: Spot) -> None:
        found = settings(self._document, path, self.misnamed)
        priority = found.pop("ansible_group_priority", None)
        group.settings |= found
        if priority:
            try:
                group.priority = int(priority.value)
            except (TypeError, ValueError):
                self.wrong((*path, "ansible_group_priority"), "`ansible_group_priority` has to be a whole number")

    def _child(self, group: Group, name: Any, body: Any, path: Spot) -> None:
        child = self.group(name, body, path)
        if child and not self._groups.adopt(group.name, child.name):
            self.misnamed(path, f"group `{child.name}` can't be below `{group.name}`, which is below it")

    def _hosts(self, group: Group, written: Any, body: Any, path: Spot) -> None:
        if not isinstance(written, str):
            return self.misnamed(path, f"the host `{written}` has to be text; put it in quotation marks")
        try:
            names, port = expand(written)
        except ValueError as error:
            return self.misnamed(path, str(error))
        own: dict[str, Setting] = {}
        if body is not None and self.mapping(body, path, f"host `{written}`"):
            own = settings(self._document, path, self.misnamed)
        first = dict(self._source)
        if port:
            first["ansible_port"] = Setting(port, self._document.place(path))
        for name in names:
            self._groups.enrol(name, group.name, first).update(own)
        return None

    def _unknown(self, key: Any, path: Spot) -> None:
        near = nearest(str(key), SECTIONS)
        hint = f"did you mean `{near}`?" if near else "a group below it goes under `children`, a variable under `vars`"
        self.misnamed(path, f"`{key}` is not known here: a group has `hosts`, `children` and `vars`; {hint}")

    def _is_group_name(self, name: Any, path: Spot) -> bool:
        if not isinstance(name, str):
            self.misnamed(path, f"the group `{name}` has to be text; put it in quotation marks")
            return False
        try:
            check_group(name)
        except ValueError as error:
            self.misnamed(path, str(error))
            return False
        return True

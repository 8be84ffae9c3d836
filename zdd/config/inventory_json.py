"""Ansible's JSON form of an inventory, as programs answer it. It has no lines, so every place is the program's."""

from collections.abc import Mapping
from typing import Any

from zdd.config.inventory_groups import Groups, Setting
from zdd.config.inventory_ranges import check_group, check_host

SECTIONS = {"hosts": list, "children": list, "vars": dict}


def feed(groups: Groups, answer: Any, place: str, source: Mapping[str, Setting]) -> list[str]:
    """Adds what a program answers, and returns what is wrong with it."""
    if not isinstance(answer, dict):
        return [f"its answer is not an object with groups, but {type(answer).__name__}"]
    hostvars = _hostvars(answer.get("_meta", {}))
    if hostvars is None:
        return ["`_meta.hostvars` has to be an object with an object for each host"]
    wrong: list[str] = []
    for name, body in answer.items():
        if name != "_meta":
            wrong += _group(groups, name, body, place, source, hostvars)
    return wrong


def _hostvars(meta: Any) -> Mapping[str, Mapping[str, Any]] | None:
    hostvars = meta.get("hostvars", {}) if isinstance(meta, dict) else None
    if not isinstance(hostvars, dict) or not all(isinstance(values, dict) for values in hostvars.values()):
        return None
    return hostvars


def _group(
    groups: Groups,
    name: str,
    body: Any,
    place: str,
    source: Mapping[str, Setting],
    hostvars: Mapping[str, Mapping[str, Any]],
) -> list[str]:
    """One group: a list of hosts, or an object."""
    body = {"hosts": body} if isinstance(body, list) else body
    wrong = _shape(name, body)
    if wrong:
        return wrong
    group = groups.group(name)
    for host in body.get("hosts", ()):
        known = groups.enrol(host, name, source)
        known.update({key: Setting(value, place) for key, value in hostvars.get(host, {}).items()})
    for child in body.get("children", ()):
        if not groups.adopt(name, child):
            wrong.append(f"group `{child}` can't be below `{name}`, which is below it")
    group.settings |= {key: Setting(value, place) for key, value in body.get("vars", {}).items()}
    priority = group.settings.pop("ansible_group_priority", Setting(group.priority, place)).value
    if isinstance(priority, bool) or not isinstance(priority, int):
        return [*wrong, f"group `{name}`: `ansible_group_priority` has to be a whole number"]
    group.priority = priority
    return wrong


def _shape(name: str, body: Any) -> list[str]:
    """What of a group is not as it has to be. Ansible would take `{}`, and any unknown key, for a host of that name."""
    if not isinstance(body, dict):
        return [f"group `{name}` has to be a list of hosts or an object, not {type(body).__name__}"]
    if not body.keys() & SECTIONS.keys():
        return [f'group `{name}` has none of `hosts`, `children` and `vars`; an empty one is `{{"hosts": []}}`']
    wrong = [
        f"group `{name}`: `{key}` has to be {'a list' if kind is list else 'an object'}"
        for key, kind in SECTIONS.items()
        if key in body and not isinstance(body[key], kind)
    ]
    return wrong or _names(name, body)


def _names(name: str, body: Mapping[str, Any]) -> list[str]:
    wrong = []
    for check, names in ((check_group, (name, *body.get("children", ()))), (check_host, body.get("hosts", ()))):
        for each in names:
            try:
                if not isinstance(each, str):
                    raise ValueError(f"{each!r} is not a name")
                check(each)
            except ValueError as error:
                wrong.append(f"group `{name}`: {error}")
    return wrong

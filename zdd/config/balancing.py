"""The balancers of a play: one for each machine that a `balancers` entry names."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from zdd.config.play_keys import BalancerKeys
from zdd.config.playbook import Draft
from zdd.config.sheet import Sheet
from zdd.model import BalancerSpec


def balancers(sheet: Sheet) -> Iterator[BalancerSpec]:
    for draft in sheet.draft.balancers:
        written = dict(draft.args) if isinstance(draft.args, dict) else {}
        beside = {key: written.pop(key) for key in ("hosts", "serves") if key in written}
        keys = sheet.rendering.checked(beside, draft.spot, BalancerKeys)
        if keys is None:
            continue
        path = draft.spot[len(sheet.draft.spot) :]
        serves = sheet.select(keys["serves"], *path, "serves") if keys["serves"] else sheet.hosts
        for name in sheet.select(keys["hosts"], *path, "hosts"):
            yield from _balancer(sheet, draft, name, written, serves)


def _balancer(
    sheet: Sheet, draft: Draft, name: str, written: Mapping[str, Any], serves: tuple[str, ...]
) -> Iterator[BalancerSpec]:
    """What the inventory says of its socket and `become` wins."""
    endpoint = sheet.inventory.endpoint(name, sheet.scopes.of(name).text)
    sheet.machines[name] = endpoint
    wins: dict[str, Any] = {"socket": endpoint.haproxy_socket} if endpoint.haproxy_socket else {}
    if "ansible_become" in sheet.scopes.variables(name):
        wins |= {"become": endpoint.become, "become_user": endpoint.become_user}
    draft = replace(draft, args={**written, **wins})
    options = sheet.rendering.args(draft, sheet.scopes.of(name), sheet.tables.balancers[draft.kind])
    if options is not None:
        yield BalancerSpec(name=name, kind=draft.kind, on=name, serves=serves, options=options, origin=draft.place)

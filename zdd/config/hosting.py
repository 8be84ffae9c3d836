"""One host of a play: its release, its tasks, its checks and probes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zdd.config.playbook import Draft
from zdd.config.recipe import HostRecipe
from zdd.config.releasing import released, released_scope, version_of
from zdd.config.sheet import Sheet
from zdd.config.tasks import Files, tasks
from zdd.config.templates import Scope
from zdd.model import ProbeSpec


def host_recipe(sheet: Sheet, host: str, version: str = "") -> HostRecipe:
    """Everything that the files say of it. `version`: another than they say."""
    keys, scope, outside = sheet.keys, sheet.scopes.of(host), Files()
    build = None
    if keys.release:
        version = version or version_of(sheet, keys.release, host)
        build, deploy = released(sheet, keys.release, host, scope, version)
        scope = released_scope(scope, build, build.id[:8])
    else:
        deploy = tuple(tasks(sheet, "deploy", host, scope, outside))
    return HostRecipe(
        endpoint=sheet.endpoint(host),
        build=build,
        prepare=tuple(tasks(sheet, "prepare", host, scope, outside)),
        deploy=deploy,
        health=_health(sheet, scope),
        checks_at=tuple(draft.place for draft in sheet.draft.checks),
        probes=tuple(_probes(sheet, scope)),
        batch_by=sheet.variable(host, keys.batches[0], "batches"),
        apart=sheet.variable(host, keys.apart or "", "apart"),
    )


def _health(sheet: Sheet, scope: Scope) -> dict[str, Any]:
    if not sheet.keys.health:
        return {}
    timing = sheet.keys.health.model_dump(exclude={"checks"})
    checks = (rendered for _, rendered in _rendered(sheet, sheet.draft.checks, sheet.tables.checks, scope))
    return {**timing, "checks": list(checks)}


def _probes(sheet: Sheet, scope: Scope) -> Iterator[ProbeSpec]:
    for draft, rendered in _rendered(sheet, sheet.draft.probes, sheet.tables.probes, scope):
        yield ProbeSpec(kind=draft.kind, options=rendered[draft.kind], origin=draft.place)


def _rendered(
    sheet: Sheet, drafts: Sequence[Draft], table: Mapping[str, Any], scope: Scope
) -> Iterator[tuple[Draft, dict[str, Any]]]:
    for draft in drafts:
        args = sheet.rendering.args(draft, scope, table[draft.kind])
        if args is not None:
            yield draft, {draft.kind: args}

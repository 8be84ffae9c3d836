"""Playbook and inventory together: what they say for every host, with every template rendered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zdd.config.balancing import balancers
from zdd.config.building import Contents
from zdd.config.hosting import host_recipe
from zdd.config.inventory import Inventory
from zdd.config.playbook import Tables, read_plays
from zdd.config.recipe import HostRecipe, PlayRecipe, Recipe
from zdd.config.releasing import version_of
from zdd.config.reporting import report_to
from zdd.config.secrets import Vault
from zdd.config.sheet import Sheet
from zdd.config.source import nearest
from zdd.config.tasks import Files, tasks
from zdd.config.window import window
from zdd.errors import Invalid, Problem
from zdd.model import Drain


@dataclass(frozen=True, slots=True)
class Book:
    """A recipe, and what it was made from."""

    recipe: Recipe
    sheets: Mapping[str, Sheet]  # fleet -> its play's

    def at(self, fleet: str, host: str, version: str) -> HostRecipe:
        """What the same files say of a host for a release of another version. Raises `Invalid`."""
        sheet = self.sheets[fleet]
        made = host_recipe(sheet, host, version)
        if wrong := list(sheet.rendering.problems):
            sheet.rendering.problems.clear()
            raise Invalid(wrong)
        return made


def read(playbook: Path, inventory: Inventory, **about: Any) -> Recipe:
    """The recipe alone of `opened`."""
    return opened(playbook, inventory, **about).recipe


def opened(
    playbook: Path,
    inventory: Inventory,
    *,
    extra: Mapping[str, Any],
    limit: Sequence[str] = (),
    skip: Sequence[str] = (),
    tables: Tables,
    vault: Vault | None = None,
) -> Book:
    """A whole playbook. Raises `Invalid` with all problems."""
    contents, plays, wrong = Contents(vault or Vault()), list[PlayRecipe](), dict[Problem, None]()
    sheets: dict[str, Sheet] = {}
    for draft in read_plays(playbook, tables):
        try:
            sheet = Sheet(draft, playbook, inventory, extra, tables, contents)
            plays.append(resolved(sheet, limit, skip))
            sheets[sheet.scopes.fleet] = sheet
        except Invalid as error:
            wrong.update(dict.fromkeys(error.problems))
    if wrong:
        raise Invalid(sorted(wrong, key=lambda problem: (problem.file, problem.line, problem.column)))
    _each_host_once(plays)
    recipe = Recipe(
        playbook=str(playbook),
        inventories=tuple(map(str, inventory.sources)),
        plays=tuple(plays),
        contents=contents.held,
    )
    return Book(recipe, sheets)


def _each_host_once(plays: Sequence[PlayRecipe]) -> None:
    seen: dict[str, PlayRecipe] = {}
    for play in plays:
        for host in play.hosts:
            if host in seen:
                file, line, column = play.origin.rsplit(":", 2)
                why = f"{host} is in the play {seen[host].name} already: a host is in one play of a run"
                raise Invalid([Problem(file, int(line), int(column), why)])
            seen[host] = play


def resolved(sheet: Sheet, limit: Sequence[str], skip: Sequence[str]) -> PlayRecipe:
    """All hosts of the play, those that are left of them, and everything about them."""
    limited = _limited(sheet, limit, skip)
    recipe = _recipe(sheet, {host: host_recipe(sheet, host) for host in sheet.hosts}, limited)
    if sheet.rendering.problems:
        raise Invalid(list(sheet.rendering.problems))
    return recipe


def _limited(sheet: Sheet, limit: Sequence[str], skip: Sequence[str]) -> tuple[str, ...]:
    chosen = _chosen(sheet, limit)
    left = tuple(host for host in sheet.hosts if host in chosen and host not in skip)
    for host in skip:
        if host not in sheet.inventory.hosts:
            near = nearest(host, sheet.inventory.hosts)
            raise Invalid([Problem("--skip", 1, 1, f"no host {host}" + (f"; did you mean {near}?" if near else ""))])
    if not left:
        raise Invalid([Problem("--limit", 1, 1, f"it leaves no host of {sheet.keys.name}")])
    return left


def _chosen(sheet: Sheet, limit: Sequence[str]) -> set[str]:
    try:
        return set(sheet.inventory.select(":".join(limit)) if limit else sheet.hosts)
    except Invalid as error:
        raise Invalid([replace(problem, file="--limit") for problem in error.problems]) from error


def _recipe(sheet: Sheet, hosts: Mapping[str, HostRecipe], limited: tuple[str, ...]) -> PlayRecipe:
    keys, first = sheet.keys, sheet.hosts[0]
    by, sizes = keys.batches
    version = {"version": version_of(sheet, keys.release, first)} if keys.release else {}
    once = sheet.scopes.of(first, **version)
    return PlayRecipe(
        name=keys.name,
        fleet=sheet.scopes.fleet,
        origin=sheet.draft.place(),
        pattern=keys.hosts,
        hosts=hosts,
        limited=limited,
        batches=sizes or ("25%",),
        by=bool(by),
        width=keys.width,
        apart=bool(keys.apart),
        pause=keys.pause,
        min_serving=keys.min_serving,
        failure_budget=keys.failure_budget,
        on_failure=keys.on_failure,
        stall=keys.stall,
        staging_width=keys.staging_width,
        prepare_width=keys.prepare_width,
        window=_windows(sheet, "window", keys.window),
        freeze=_windows(sheet, "freeze", keys.freeze),
        report_to=report_to(sheet),
        balancers=tuple(balancers(sheet)),
        drain=Drain(deadline=keys.drain.deadline, on_deadline=keys.drain.on_deadline, sticky=keys.drain.sticky),
        before=tuple(tasks(sheet, "before", first, once, Files())),
        after=tuple(tasks(sheet, "after", first, once, Files())),
        machines=sheet.machines,
        places={key: sheet.draft.place(key) for key in sheet.draft.written},
        secrets=dict(sheet.vault.known),  # the last, when everything has been rendered
    )


def _windows(sheet: Sheet, key: str, lines: Sequence[str]) -> tuple[str, ...]:
    """Rendered for the play's first host: an inventory may say when its fleet may be changed."""
    made = []
    for number, line in enumerate(lines):
        spot = sheet.spot(key, number)
        text = sheet.rendering.text(line, spot, sheet.scopes.of(sheet.hosts[0]))
        try:
            window(text)
            made.append(text)
        except ValueError as error:
            sheet.wrong(spot, f"{key}: {error}")
    return tuple(made)

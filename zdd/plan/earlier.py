"""What a host runs and zdd has no record of, as a release that it can install again: no folder of it is needed."""

from collections.abc import Callable
from dataclasses import replace
from threading import Lock

from zdd.config.recipe import HostRecipe
from zdd.config.resolve import Book
from zdd.errors import Stale
from zdd.model import Plan, Release
from zdd.plan import ways

Earlier = Callable[[str, str, str], Release | None]  # fleet, host, version; None: nobody can tell. Raises `Invalid`
WRITES = ("copy", "template")


def by_playbook(book: Book) -> Earlier:
    """By today's deploy tasks, rendered for that version."""
    alone = Lock()  # hosts are looked at all at once

    def earlier(fleet: str, host: str, version: str) -> Release | None:
        with alone:
            return as_found(fleet, host, book.at(fleet, host, version))

    return earlier


def as_found(fleet: str, host: str, recipe: HostRecipe) -> Release | None:
    """Without an id: nobody knows what made it. The way back restores its files as the host had them, so that none of
    its tasks writes one."""
    made = ways.release(ways.Way(fleet, host), recipe)
    tasks = [task for task in made.tasks if task.step not in WRITES] if made else ()
    return made and replace(made, id="", kept_files=(), tasks=tuple(tasks))


def by_plan(plan: Plan) -> Earlier:
    """As a plan that was saved has it: its playbook may say something else by now. Raises `Stale` too."""
    targets = {(play.fleet, host): target for play in plan.plays for host, target in play.targets.items()}

    def earlier(fleet: str, host: str, version: str) -> Release | None:
        target = targets[fleet, host]
        if target.before and not target.before.id and target.before.version == version:
            return target.before
        if target.runs != version:
            raise Stale(f"{host} runs {version}, and ran {target.runs or 'nothing'} when the plan was made")
        return None

    return earlier

"""Machines that tasks name with `on`: outside of the play too, and needed as much as its hosts."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from zdd.config.recipe import PlayRecipe, Written
from zdd.config.tasks import CONTROLLER
from zdd.errors import Failed, Finding, Lost
from zdd.steps.findings import unanswered
from zdd.steps.place import login
from zdd.transport import Command, Session


def on_findings(
    play: PlayRecipe, session: Callable[[str], Session], parallel: Callable[..., Iterable[Any]], known: Collection[str]
) -> Iterator[Finding]:
    """Who is not reached, or lets nobody be the user that a task wants. `known`: hosts that were found unreachable."""

    def ask(errand: tuple[str, str]) -> Finding | None:
        name, user = errand
        try:
            session(name).run(Command(verb="host.reached", script=":").by(user))
        except (Lost, Failed) as error:
            return unanswered(name, error, "take its tasks out")
        return None

    answers = parallel(ask, [errand for errand in _errands(play) if errand[0] not in known])
    yield from dict.fromkeys(finding for finding in answers if finding)


def _errands(play: PlayRecipe) -> dict[tuple[str, str], None]:
    """Machine and user, each once."""
    return dict.fromkeys((task.on, _user(play, task)) for task in _tasks(play) if task.on and task.on != CONTROLLER)


def _tasks(play: PlayRecipe) -> Iterator[Written]:
    yield from (*play.before, *play.after)
    for host in play.limited:
        yield from (*play.hosts[host].prepare, *play.hosts[host].deploy)


def _user(play: PlayRecipe, task: Written) -> str:
    endpoint = play.hosts[task.on].endpoint if task.on in play.hosts else play.machines[task.on]
    return login(endpoint) if task.become is None else task.become

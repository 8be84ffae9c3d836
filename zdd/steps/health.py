"""The release answers, and goes on answering: so many passes in a row on fresh connections (R10)."""

from collections.abc import Mapping
from typing import Any

from zdd.errors import Failed, Lost
from zdd.model import Outcome, Play, Task
from zdd.steps import Site, Step
from zdd.steps.checks import check_once
from zdd.steps.place import Place, host_of, place
from zdd.steps.services import last_words
from zdd.steps.waiting import Wait

PASSES, INTERVAL, DEADLINE = 3, 0.5, 60.0


def act(site: Site, task: Task) -> Outcome:
    here, health = place(site, task), task.args
    wait = Wait(site, task, float(health.get("deadline", DEADLINE)))
    needed, passed = int(health.get("passes", PASSES)), 0
    while True:
        why = check_once(here.session, health)
        passed = 0 if why else passed + 1
        if passed >= needed:
            return Outcome()
        if why and wait.over:
            raise Failed(f"not well after {wait.seconds:g} s: {why}", cause="release", output=_logs(here))
        wait.on(why or f"{passed} of {needed} passes", float(health.get("interval", INTERVAL)))


def ill(site: Site, host: str) -> str:
    """Why the host's own check fails at this moment; empty if it passes, or the playbook asks nothing."""
    return check_once(site.session(host), health_of(site.play, host))


def health_of(play: Play, host: str) -> Mapping[str, Any]:
    """What its health task asks in this leg."""
    return next((task.args for task in _tasks(play, host) if task.step == "health"), {})


def _logs(here: Place) -> str:
    """The end of its services' logs."""
    services = dict.fromkeys(t.args["name"] for t in _tasks(here.site.play, host_of(here.task)) if t.step == "service")
    try:
        return "\n".join(filter(None, (last_words(here, name) for name in services)))
    except (Lost, Failed) as error:  # the verdict stands without them
        return f"no log: {error}"


def _tasks(play: Play, host: str) -> list[Task]:
    return [task for pipeline in play.pipelines() if pipeline.host == host for task in pipeline.tasks]


HEALTH = Step(act)

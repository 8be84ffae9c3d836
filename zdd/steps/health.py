"""The release answers, and goes on answering: so many passes in a row on fresh connections (R10)."""

from zdd.errors import Failed, Lost
from zdd.model import Outcome, Play, Task
from zdd.steps import Site, Step
from zdd.steps.checks import Ill, first_ill
from zdd.steps.place import Place, host_of, place
from zdd.steps.services import last_words
from zdd.steps.waiting import Wait

PASSES, INTERVAL, DEADLINE = 3, 0.5, 60.0


def act(site: Site, task: Task) -> Outcome:
    here, health = place(site, task), task.args
    wait = Wait(site, task, float(health.get("deadline", DEADLINE)))
    needed, passed = int(health.get("passes", PASSES)), 0
    while True:
        ill = first_ill(here.session, health, task.origins)
        passed = 0 if ill else passed + 1
        if passed >= needed:
            return Outcome()
        if ill and wait.over:
            why = f"not well after {wait.seconds:g} s: {ill}"
            raise Failed(why, cause="release", output=_logs(here), origin=ill.origin)
        wait.on(ill.why if ill else f"{passed} of {needed} passes", float(health.get("interval", INTERVAL)))


def ill_now(site: Site, host: str) -> Ill | None:
    """Which of the host's checks fails at this moment, by its health task of this leg."""
    asked = health_of(site.play, host)
    return first_ill(site.session(host), asked.args, asked.origins) if asked else None


def health_of(play: Play, host: str) -> Task | None:
    """The host's health task of this leg."""
    return next((task for task in _tasks(play, host) if task.step == "health"), None)


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

"""A request as a task. It passes as a check does; asking twice is harmless only for methods that say so."""

from zdd.errors import Failed
from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.http_check import HttpKeys, ask
from zdd.steps.place import place


def act(site: Site, task: Task) -> Outcome:
    if why := ask(place(site, task).session, task.args):
        raise Failed(why)
    return Outcome()


HTTP = Step(act, keys=HttpKeys)

"""A word on the host that zdd itself has left it out, which stays when the mark is gone: no operator holds it (R14)."""

from zdd.model import Outcome, Task
from zdd.steps import Site, Step, mark
from zdd.steps.place import place


def act(site: Site, task: Task) -> Outcome:
    here = place(site, task)
    here.do(mark.note(here.home, site.run))
    return Outcome()


NOTE = Step(act)

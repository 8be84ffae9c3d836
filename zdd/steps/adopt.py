"""A tree that is there becomes a release, and today's deploy tasks the way back to it."""

from zdd.model import Outcome, Task
from zdd.steps import Site, Step, adopt_commands, release_commands
from zdd.steps.host_state import runs_now
from zdd.steps.place import place, wanted
from zdd.steps.shell import SAME
from zdd.steps.stage import kept


def act(site: Site, task: Task) -> Outcome:
    """The record is on the host before `current` leads to the copy. May be done again at any point."""
    here, release = place(site, task), wanted(site, task)
    if not runs_now(here, release).has(release):
        here.do(here.limited(adopt_commands.copy(release, str(task.args.get("source", "")))))
        here.do(here.limited(release_commands.finish(release)))
    digest = kept(here, release)
    switched = here.do(here.limited(adopt_commands.switch(release))).out.strip() != SAME
    return Outcome(status="ok" if switched else "unchanged", data={"record": digest})


ADOPT = Step(act)

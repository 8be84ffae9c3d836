"""Time between batches. Whoever asks to stop does not wait for its end."""

from zdd.errors import NotNow
from zdd.model import Outcome, Task
from zdd.steps import Site, Step

PIECE = 1.0
LEAST = 0.01  # less than a clock may be able to tell apart


def act(site: Site, task: Task) -> Outcome:
    seconds, began = float(task.args["seconds"]), site.clock.now()
    while (left := seconds - (site.clock.now() - began)) > 0:
        if site.gives_way(None):
            raise NotNow("asked to stop during a pause")
        site.tell(task, f"pause, {left:.0f} s left of {seconds:g} s")
        site.clock.sleep(max(min(left, PIECE), LEAST))
    return Outcome()


PAUSE = Step(act)

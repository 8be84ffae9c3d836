"""A step that may be tried again. Only after it said no: what is in doubt is never repeated blindly (R11, R20)."""

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from zdd.errors import Failed
from zdd.model import Outcome, Task
from zdd.steps import Site, Step

MOST = 10.0  # seconds between two tries


def attempt(step: Step, site: Site, task: Task) -> Outcome:
    """As often as the task's `retries` allows, ever further apart."""
    if not task.retries:
        return step.act(site, task)
    tries = Retrying(
        stop=stop_after_attempt(task.retries + 1),
        wait=wait_exponential(min=1.0, max=MOST),
        retry=retry_if_exception_type(Failed),
        sleep=site.clock.sleep,
        reraise=True,
    )
    return tries(step.act, site, task)

"""Retries: only after a no, never after a doubt."""

import pytest

from tests.unit.steps.fakes import site, task
from zdd.errors import Failed, Lost, ZddError
from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.retrying import attempt


class Stubborn:
    """Says no so often, then well."""

    def __init__(self, *says: ZddError) -> None:
        self.says, self.tries = list(says), 0

    def act(self, site: Site, task: Task) -> Outcome:
        self.tries += 1
        if self.says:
            raise self.says.pop(0)
        return Outcome()


def test_it_is_tried_again_as_often_as_it_may() -> None:
    stubborn, where = Stubborn(Failed("no"), Failed("no")), site()
    assert attempt(Step(stubborn.act), where, task("http", retries=2)).status == "ok"
    assert (stubborn.tries, where.clock.now()) == (3, 3.0)


@pytest.mark.parametrize(("retries", "tries"), [(0, 1), (1, 2)])
def test_and_not_once_more(retries: int, tries: int) -> None:
    stubborn = Stubborn(*(Failed("no") for _ in range(9)))
    with pytest.raises(Failed):
        attempt(Step(stubborn.act), site(), task("http", retries=retries))
    assert stubborn.tries == tries


def test_what_is_in_doubt_is_not_repeated() -> None:
    stubborn = Stubborn(Lost("gone"))
    with pytest.raises(Lost):
        attempt(Step(stubborn.act), site(), task("http", retries=5))
    assert stubborn.tries == 1

"""What people ask of a run, and their word on what nobody can see."""

import pytest

from tests.scenarios.fleets import BLIND, case, fleet
from tests.scenarios.test_leaving import when
from zdd.config.recipe import Written
from zdd.model import Task


@pytest.mark.parametrize(("verb", "code"), [("pause", 20), ("abort", 21), ("revert", 0)])
def test_what_is_asked_from_outside_is_done_at_the_next_host(verb: str, code: int) -> None:
    it = case(fleet(4), batches=(1,), min_serving=2)
    asked: list[str] = []

    def ask(task: Task) -> bool:
        if task.id == "shop@test/web2/deploy.1" and not asked:
            asked.append(verb)
            it.universe.store.ask(verb)
        return False

    it.universe.breaks = ask
    it.check(it.go(), code)
    assert "web3 drain" not in it.steps()
    if verb == "pause":
        assert it.universe.hosts["web2"].current == "new"
        it.check(it.go(), 0)


def test_an_abort_that_halts_is_answered_and_resume_goes_on() -> None:
    it = case(fleet(3), batches=(1,), on_failure="halt")
    when(it, "shop@test/web2/deploy.1", lambda: it.universe.store.ask("abort"))
    it.check(it.go(), 20)
    it.universe.heal()
    it.check(it.go(), 0)


def test_a_persons_word_is_for_one_doubt() -> None:
    it = case(fleet(2), batches=(1,), deploy=BLIND)
    it.universe.loses = lambda task: "after" if task.id == "shop@test/web1/deploy.2" else ""
    it.check(it.go(), 20)
    it.universe.store.ask("again", "web1")
    assert it.go() == 20, "the second doubt is another one"
    assert sum(it.universe.hosts["web1"].ran.values()) == 2


def test_a_doubt_about_the_fleet_is_settled_by_the_name_of_where_it_ran() -> None:
    it = case(fleet(2), batches=(1,), before=(Written(step="run", safe=False, on="web2"),))
    it.universe.loses = lambda task: "after" if task.id.endswith("before.1") else ""
    it.check(it.go(), 20)
    it.universe.heal()
    it.check(it.go(), 20)
    it.universe.store.ask("done", "web2")
    it.check(it.go(), 0)

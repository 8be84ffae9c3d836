"""R18: from the moment another controller has the run, the old one writes and changes nothing, and says so (24)."""

import pytest

from tests.scenarios.case import Case, Make
from tests.scenarios.fleets import case, fleet
from tests.scenarios.simulation import Process
from tests.scenarios.sweeps import places


def bare() -> Case:
    """No balancer whose machine keeps the lease: the journal and the hosts alone can refuse."""
    return case(fleet(2, balancers=0), batches=(1,), min_serving=1)


def balanced() -> Case:
    return case(fleet(2), batches=(1,), min_serving=1, probes=True)


@pytest.mark.parametrize("make", [bare, balanced])
def test_whoever_is_taken_over_writes_no_word_more(make: Make) -> None:
    for point in places(make, 3):
        it = make()
        old, box = it.start()
        words = list[int]()

        def take(count: int, it: Case = it, point: int = point, words: list[int] = words) -> None:
            if count == point:
                it.universe.store.take()
                words.append(len(it.universe.store.events))

        old.on_point = take
        it.finish(old)
        over = it.universe.store.events[-1].kind == "run.stopped"
        assert box["code"] == (0 if over else 24), point
        assert not words or len(it.universe.store.events) == words[0], f"taken over at point {point}"


@pytest.mark.parametrize("make", [bare, balanced])
def test_whoever_wakes_up_after_it_was_taken_over_changes_nothing(make: Make) -> None:
    """It fell asleep anywhere, also between the word of what it would do and the deed. The new one carries the run to
    its end; then the old one goes on where it was."""
    for point in places(make, 3):
        it = make()
        old, box = it.start()
        if not asleep(it, old, point):
            continue
        new, code = it.start()
        it.finish(new)
        it.check(code["code"], 0)
        before, words = it.universe.facts(), len(it.universe.store.events)
        old.frozen, old.on_point = False, None
        it.finish(old)
        assert (it.universe.facts(), len(it.universe.store.events)) == (before, words), f"asleep at point {point}"
        assert box["code"] in (24, 0)


def asleep(it: Case, process: Process, point: int) -> bool:
    """False where it came to its end before."""

    def sleep(count: int) -> None:
        process.frozen = count == point

    process.on_point = sleep
    it.universe.simulation.run(lambda: process.dead or process.frozen)
    return not process.dead

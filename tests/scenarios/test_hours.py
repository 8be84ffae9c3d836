"""A window that closes in the middle of a roll. The fakes' clock stands at 2023-11-14 22:13:20 UTC when it begins."""

from tests.scenarios.case import Case
from tests.scenarios.fleets import case, fleet

FIRST, SECOND = "2023-11-14 22:00-{} UTC", "2023-11-14 22:30-23:00 UTC"
APART = 1000.0  # seconds from one to the other


def rolled(closes: str) -> Case:
    return case(fleet(6), batches=(1,), pause=3.0, window=(FIRST.format(closes), SECOND))


def hosts_done(it: Case) -> int:
    return sum(step.endswith(" steady") for step in it.steps())


def test_a_wide_window_stops_nothing() -> None:
    it = rolled("23:00")
    it.check(it.go(), 0)


def test_near_its_end_no_batch_begins_and_everybody_is_in() -> None:
    it = rolled("22:14")  # 40 s
    it.check(it.go(), 20)
    assert 0 < hosts_done(it) < 6
    assert not it.universe.out(), "the fleet is in a safe state"
    events = it.universe.store.events
    assert "the window closes" in events[-1].detail
    assert events[-1].at <= 1_700_000_000 + 40, "it ended in time"


def test_in_the_next_window_it_goes_on() -> None:
    it = rolled("22:14")
    it.go()
    already = hosts_done(it)
    it.universe.simulation.time += APART / 2
    it.check(it.go(), 20)
    assert hosts_done(it) == already, "between the windows it ends at once"
    it.universe.simulation.time += APART / 2
    it.check(it.go(), 0)
    assert hosts_done(it) == 6


def test_a_closed_window_lets_nothing_begin_and_nothing_is_touched() -> None:
    it = rolled("22:13")
    it.check(it.go(), 6)
    assert not it.state.touched


def test_a_revert_needs_no_window() -> None:
    it = rolled("22:14")
    it.go()
    it.universe.simulation.time += APART / 2
    it.universe.store.ask("revert")
    it.check(it.go(), 0)
    assert not it.state.touched

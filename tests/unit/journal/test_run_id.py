"""Run ids are sortable and easy to type."""

import re
from random import Random

from zdd.journal.run_id import new_run_id


class Wall:
    """A clock that stands still."""

    def __init__(self, at: float) -> None:
        self.at = at

    def now(self) -> float:
        raise AssertionError("an id is for people: the calendar, not a stopwatch")

    def wall(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing to wait for")


def test_it_reads_as_a_date_in_utc() -> None:
    assert re.fullmatch(r"20261124-1534-[0-9a-f]{4}", new_run_id(Wall(1795534440.0), Random(1)))


def test_later_runs_sort_later_over_the_end_of_summer_time() -> None:
    end = 1792890000.0  # 25 October 2026, 01:00 UTC, when clocks in Berlin go back
    ids = [new_run_id(Wall(end + minutes * 60), Random(minutes)) for minutes in range(-90, 90, 7)]
    assert ids == sorted(ids)


def test_two_runs_of_one_minute_differ() -> None:
    random = Random(7)
    assert new_run_id(Wall(0), random) != new_run_id(Wall(0), random)

"""Time as a width."""

import pytest

from zdd.report.axis import Axis


def test_time_that_is_busy_is_drawn_to_scale() -> None:
    axis = Axis([(100.0, 110.0), (105.0, 120.0)])
    assert [axis.x(at) for at in (100.0, 110.0, 120.0)] == [0.0, 50.0, 100.0]
    assert (axis.x(90.0), axis.x(500.0)) == (0.0, 100.0)


def test_a_night_between_halt_and_resume_takes_little_room() -> None:
    axis = Axis([(0.0, 50.0), (30000.0, 30050.0)])
    silent = [piece for piece in axis.pieces if piece.silent]
    assert [(piece.since, piece.until) for piece in silent] == [(50.0, 30000.0)]
    assert silent[0].right - silent[0].left == pytest.approx(100 * 4 / 104)
    assert axis.x(30000.0) - axis.x(50.0) == pytest.approx(100 * 4 / 104, abs=0.01)


def test_ticks_are_round_and_not_within_a_silence() -> None:
    axis = Axis([(3.0, 50.0), (30000.0, 30050.0)])
    assert axis.ticks == [15.0, 30.0, 45.0, 30000.0, 30015.0, 30030.0, 30045.0]


def test_nothing_at_all_has_a_place_even_so() -> None:
    assert Axis([]).x(5.0) == 0.0 and Axis([(1.0, 1.0)]).x(1.0) == 0.0

"""Durations, short."""

import pytest

from zdd.report.times import span


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0.0s"), (0.44, "0.4s"), (9.97, "10s"), (59.4, "59s"), (59.6, "1m00s"), (130, "2m10s"), (3725, "1h02m")],
)
def test_a_span_is_as_exact_as_it_needs_to_be(seconds: float, text: str) -> None:
    assert span(seconds) == text

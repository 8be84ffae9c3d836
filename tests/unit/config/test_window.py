"""Times as people write them; daylight saving included. Germany skips 02:00-03:00 on 29 March 2026, and has that hour
twice on 25 October."""

import re
from datetime import UTC, datetime
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zdd.config.window import Window, window

B = "Europe/Berlin"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def spans(text: str, since: str, count: int = 1) -> list[str]:
    made = window(text)
    assert isinstance(made, Window)
    return [f"{s.opens:%m-%d %H:%M} {s.closes:%m-%d %H:%M}" for s in islice(made.spans(utc(since)), count)]


@pytest.mark.parametrize(
    ("text", "since", "expected"),
    [
        (f"Sun 02:00-04:00 {B}", "2026-06-01", ["06-07 00:00 06-07 02:00", "06-14 00:00 06-14 02:00"]),
        (f"Sat 22:00-02:00 {B}", "2026-06-01", ["06-06 20:00 06-07 00:00"]),  # across midnight
        (f"Sat 22:00-02:00 {B}", "2026-06-06 23:00", ["06-06 20:00 06-07 00:00"]),  # and inside of it
        (f"Sat 22:00-24:00 {B}", "2026-06-01", ["06-06 20:00 06-06 22:00"]),
        (f"daily 00:00-24:00 {B}", "2026-06-01 12:00", ["05-31 22:00 06-01 22:00", "06-01 22:00 06-02 22:00"]),
        ("Mon-Fri 10:00-16:00 UTC", "2026-06-05 17:00", ["06-08 10:00 06-08 16:00"]),
        ("Fri-Mon 10:00-16:00 UTC", "2026-06-07 17:00", ["06-08 10:00 06-08 16:00", "06-12 10:00 06-12 16:00"]),
        ("Mon,Thu 10:00-16:00 UTC", "2026-06-02", ["06-04 10:00 06-04 16:00", "06-08 10:00 06-08 16:00"]),
        ("last Sun 02:00-04:00 UTC", "2026-06-01", ["06-28 02:00 06-28 04:00", "07-26 02:00 07-26 04:00"]),
        ("2026-12-24 18:00-20:00 UTC", "2026-06-01", ["12-24 18:00 12-24 20:00"]),
        ("2026-12-24 22:00-02:00 UTC", "2026-06-01", ["12-24 22:00 12-25 02:00"]),
        ("2026-12-24 18:00 - 2026-12-27 06:00 UTC", "2026-06-01", ["12-24 18:00 12-27 06:00"]),
        ("2026-12-24 - 2026-12-26 UTC", "2026-06-01", ["12-24 00:00 12-27 00:00"]),  # the last day too
        ("2026-12-24 UTC", "2026-06-01", ["12-24 00:00 12-25 00:00"]),
        ("2026-12-24 UTC", "2026-12-25", []),
        ("cron 30 2 1 * * for 90m UTC", "2026-06-01", ["06-01 02:30 06-01 04:00"]),
        # the night that lacks an hour, and the one that has one twice: by the clock on the wall
        (f"Sun 02:00-04:00 {B}", "2026-03-28", ["03-29 01:00 03-29 02:00", "04-05 00:00 04-05 02:00"]),
        (f"Sun 02:00-04:00 {B}", "2026-10-24", ["10-25 00:00 10-25 03:00"]),
        (f"Sun 02:15-02:45 {B}", "2026-03-28", ["04-05 00:15 04-05 00:45"]),  # never that night
        (f"Sat 22:00-02:30 {B}", "2026-10-24", ["10-24 20:00 10-25 00:30"]),  # the first half past two
        (f"cron 0 2 * * 0 for 2h {B}", "2026-03-28", ["03-29 01:00 03-29 03:00"]),  # by the clock that counts hours
    ],
)
def test_when_it_opens_and_closes(text: str, since: str, expected: list[str]) -> None:
    assert spans(text, since, len(expected) or 1) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Sun 02:00-04:00", "has no time zone: write `Sun 02:00-04:00 Europe/Berlin`"),
        ("Sun 02:00-04:00 Europe/Berln", "is no time zone; did you mean `Europe/Berlin`?"),
        ("Sun 02:00-02:00 UTC", "a whole day is 00:00-24:00"),
        ("Sun 25:00-26:00 UTC", "`25:00` is no time of day"),
        ("Son 02:00-04:00 UTC", "is no time: write `Sun 02:00-04:00 ZONE`"),
        ("Mon-Wed-Fri 02:00-04:00 UTC", "is no range of days"),
        ("2026-02-30 UTC", "day is out of range"),
        ("2026-12-24 18:00 UTC", "has no end: write `2026-12-24 18:00-20:00`"),
        ("2026-12-24 - 2026-12-20 UTC", "ends before it begins"),
        ("cron 0 25 * * * for 2h UTC", "`0 25 * * *` is no cron expression"),
        ("cron 0 2 * * 0 for 99h UTC", None),
        ("cron 0 2 * * 0 for 999h UTC", "at most 31 days"),
        ("cron 0 2 * * 0 for 0s UTC", "longer than nothing"),
        ("cron 0 2 * * 0 for long UTC", "'long' is no time"),
        ("cron 0 0 30 2 * for 1h UTC", "never comes"),
        ("", "is no time"),
    ],
)
def test_what_it_cannot_be(text: str, why: str | None) -> None:
    if why is None:
        assert window(text)
        return
    with pytest.raises(ValueError, match=re.escape(why)):
        window(text)


def test_always_is_no_limit() -> None:
    assert window("always") is None


WORDS = st.sampled_from(
    [
        "Sun",
        "Mon-Fri",
        "last",
        "daily",
        "cron",
        "for",
        "02:00-04:00",
        "99:99",
        "2026-12-24",
        "-",
        "UTC",
        "*",
        "5L",
        "2h",
    ]
)


@given(st.lists(WORDS | st.text(max_size=6), max_size=9).map(" ".join))
def test_no_text_breaks_it(text: str) -> None:
    try:
        made = window(text)
    except ValueError:
        return
    if made:
        list(islice(made.spans(datetime(2026, 6, 1, tzinfo=UTC)), 3))

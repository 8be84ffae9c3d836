"""What hosts wait for, for who looks on from another process."""

from collections.abc import Mapping

from tests.unit.report.shop import Story, way
from zdd.report.noticeboard import EVERY, Noticeboard


class Clock:
    """A clock that a test sets."""

    at = 0.0

    def now(self) -> float:
        return self.at

    def wall(self) -> float:
        raise AssertionError("it asks for no date")

    def sleep(self, seconds: float) -> None:
        raise AssertionError("it keeps nobody waiting")


def test_however_often_hosts_ask_a_note_is_written_once_a_second() -> None:
    clock, notes = Clock(), list[Mapping[str, str]]()
    board = Noticeboard(notes.append, clock)
    first, second = way("web1").tasks[2], way("web2").tasks[2]
    for n in range(20):
        clock.at = n * EVERY / 10
        board.waits(first, f"{n} sessions")
        board.waits(second, "workers")
    assert notes == [{first.id: "0 sessions"}, {first.id: "10 sessions", second.id: "workers"}]


def test_who_waits_no_more_is_not_in_the_next_note() -> None:
    clock, notes = Clock(), list[Mapping[str, str]]()
    board = Noticeboard(notes.append, clock)
    first, second = way("web1").tasks[2], way("web2").tasks[2]
    board.waits(first, "3 sessions")
    board.event(Story().end(first), first)
    clock.at = EVERY
    board.waits(second, "1 session")
    assert notes[-1] == {second.id: "1 session"}

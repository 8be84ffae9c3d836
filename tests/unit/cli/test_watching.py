"""Whether somebody still has the run that is looked on at."""

from zdd.cli.watching import Held
from zdd.engine.lease import STALE
from zdd.report.lease_text import Seen
from zdd.transport.lease_file import LeaseRecord


class Place:
    """A lease that says what it is told to, and a clock that stands where it is put."""

    def __init__(self) -> None:
        self.seen: Seen = {}
        self.time = 100.0

    def look(self) -> Seen:
        return self.seen

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        raise AssertionError("nobody's word about time is taken")

    def sleep(self, seconds: float) -> None:
        raise AssertionError("it does not wait")

    def beats(self, beat: int, run: str = "r1") -> None:
        self.seen = {"lb1": (3, LeaseRecord(run=run, owner="ada@desk", epoch=3, beat=beat))}


def test_as_long_as_its_beat_moves() -> None:
    held = Held("r1", [place := Place()], place)
    for beat in range(3):
        place.beats(beat)
        place.time += STALE * 2
        assert held()
    place.time += STALE - 1
    assert held()
    place.time += 1
    assert not held()


def test_nobody_has_it_who_let_go_of_it_or_has_another_one() -> None:
    held = Held("r1", [place := Place()], place)
    place.seen = {"lb1": (3, None)}
    assert not held()
    place.beats(1, "r2")
    assert not held()


def test_where_nobody_can_tell_it_is_taken_for_alive() -> None:
    held = Held("r1", [place := Place()], place)
    place.time += STALE * 9
    assert held()


def test_before_it_has_begun_it_has_no_lease_to_look_at() -> None:
    assert not Held("r1", [], Place())()

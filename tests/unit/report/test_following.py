"""A run looked on at from another process."""

from collections.abc import Sequence

from tests.unit.report.shop import Story, way
from zdd.model import Event, Task
from zdd.report.following import EVERY, SILENCE, follow


class Heard:
    """What a reporter was told."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.waited: list[tuple[str, str]] = []

    def event(self, event: Event, task: Task | None) -> None:
        self.numbers.append(event.seq)

    def waits(self, task: Task, text: str) -> None:
        self.waited.append((task.id, text))

    def close(self) -> None: ...


class Growing:
    """A journal that has one event more after each sleep."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events, self.there, self.slept = events, 0, 0.0

    def since(self, seq: int) -> Sequence[Event]:
        return self.events[seq : self.there]

    def now(self) -> float:
        raise AssertionError("it only waits")

    def wall(self) -> float:
        raise AssertionError("it only waits")

    def sleep(self, seconds: float) -> None:
        self.there, self.slept = self.there + 1, self.slept + seconds


def never_asked() -> bool:
    raise AssertionError("events come all the while")


def test_a_run_that_nobody_has_any_more_is_not_watched_for_ever() -> None:
    story = Story().begin().do(*way("web1").tasks[:2])
    journal, heard, asked = Growing(story.events), Heard(), list[float]()

    def alive() -> bool:
        asked.append(journal.slept)
        return len(asked) < 3

    assert follow(journal.since, dict, heard, (), journal, alive) is None
    assert heard.numbers == [event.seq for event in story.events]
    ended = EVERY * len(story.events)
    assert asked == [ended + SILENCE, ended + 2 * SILENCE, ended + 3 * SILENCE]


def test_one_that_ends_while_it_is_asked_for_has_ended() -> None:
    story = Story().begin()
    journal = Growing(story.events)

    def ends() -> bool:
        story.stop(0)
        return False

    stopped = follow(journal.since, dict, Heard(), (), journal, ends)
    assert stopped and stopped.kind == "run.stopped"


def test_it_tells_each_event_once_until_the_run_stops() -> None:
    story = Story().begin().do(*way("web1").tasks[:2]).stop(20, "halted")
    story.event("run.resumed")
    journal, heard = Growing(story.events), Heard()
    stopped = follow(journal.since, dict, heard, story.events[:2], journal, never_asked)
    assert stopped
    assert heard.numbers == list(range(3, stopped.seq + 1))
    assert (stopped.kind, stopped.detail) == ("run.stopped", "halted")
    assert journal.slept == EVERY * stopped.seq


def test_it_tells_what_tasks_wait_for_whether_their_plan_is_past_or_new() -> None:
    look, drain = way("web1").tasks[:2]
    story = Story().begin()
    story.start(look)
    story.stop(20)
    for past in (0, 1):
        heard = Heard()
        journal = Growing(story.events)
        notes = {look.id: "the lease, 3 s left of 9 s", "a task of nobody": "x"}
        follow(journal.since, lambda: notes if journal.there else {}, heard, story.events[:past], journal, never_asked)  # noqa: B023
        assert set(heard.waited) == {(look.id, "the lease, 3 s left of 9 s")}, drain

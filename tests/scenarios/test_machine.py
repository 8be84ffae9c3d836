"""Every order in which things can be done to a run and to its world; hypothesis looks for the one that breaks it."""

from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.scenarios.life import ASKED, FAULTS, HAPPENINGS, KINDS, Life
from zdd.model import Event, OnDeadline, OnFailure

numbers = st.integers(0, 400)


class Machine(RuleBasedStateMachine):
    """The first `go` is a deploy, each later one a resume, or a revert where one was asked for."""

    life: Life | None = None

    @initialize(
        kind=st.sampled_from(sorted(KINDS)),
        on_failure=st.sampled_from(["revert", "halt"]),
        budget=st.integers(0, 1),
        on_deadline=st.sampled_from(["halt", "later", "force"]),
    )
    def deploys(self, kind: str, on_failure: OnFailure, budget: int, on_deadline: OnDeadline) -> None:
        self.life = Life(kind, on_failure=on_failure, budget=budget, on_deadline=on_deadline)

    @property
    def it(self) -> Life:
        assert self.life
        return self.life

    @rule(happens=st.sampled_from(HAPPENINGS), at=numbers, seed=st.integers(0, 9))
    def goes(self, happens: str, at: int, seed: int) -> None:
        self.it.go(happens, at, seed)

    @rule(verb=st.sampled_from(ASKED))
    def is_asked(self, verb: str) -> None:
        self.it.ask(verb)

    @rule(kind=st.sampled_from(FAULTS), task=numbers, host=st.integers(0, 5), balancer=st.integers(0, 1))
    def breaks(self, kind: str, task: int, host: int, balancer: int) -> None:
        self.it.fault(kind, task, host, balancer)

    @rule()
    def heals(self) -> None:
        self.it.heal()

    @rule(seconds=st.integers(1, 60))
    def waits(self, seconds: int) -> None:
        self.it.later(seconds)

    @precondition(lambda self: self.it.case.state.code == 23)
    @rule()
    def is_carried_on_for_those_left_behind(self) -> None:
        self.it.go()

    @invariant()
    def the_journal_has_no_gaps(self) -> None:
        if self.life:
            events = self.life.universe.store.events
            assert [event.seq for event in events] == list(range(1, len(events) + 1))

    @invariant()
    def intents_come_before_outcomes(self) -> None:
        """R17: whatever ended had begun, in the words of the journal."""
        if self.life:
            begun: set[str] = set()
            for event in self.life.universe.store.events:
                check(event, begun)

    @invariant()
    def every_touched_host_is_known_by_how_it_was(self) -> None:
        if self.life:
            state = self.life.case.state
            assert not {*state.changed} - {*state.found}

    def teardown(self) -> None:
        if self.life:
            self.life.end()


def check(event: Event, begun: set[str]) -> None:
    if event.kind == "task.started":
        begun.add(event.task)
    if event.kind == "task.ended":
        assert event.task in begun or event.detail.startswith(("settled", "nobody can tell"))


Machine.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestMachine: Callable[..., object] = Machine.TestCase

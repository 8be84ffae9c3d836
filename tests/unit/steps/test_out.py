"""Out of the balancers: drain, quiesce, empty, shut, idle."""

from collections.abc import Sequence

import pytest

from tests.unit.steps.fakes import FakeBalancer, FakeProbe, FakeSite, FakeWorkers, site, task
from zdd.errors import Failed, Later, Lost, NotNow
from zdd.model import Drain, Outcome
from zdd.steps import drain, empty, idle, quiesce

GONE = Lost("lb1 does not answer", cause="environment")


class TestDrain:
    def test_in_every_balancer(self) -> None:
        one, two = FakeBalancer("lb1", "web1"), FakeBalancer("lb2", "web1")
        drain.drain(site(one, two), task("drain"))
        assert (one.told, two.told) == ([("drain", "web1")], [("drain", "web1")])

    def test_not_below_the_floor(self) -> None:
        here = site(balancer := FakeBalancer("lb1", "web1"))
        here.floor = "1 would serve, at least 2 must"
        with pytest.raises(NotNow, match="at least 2"):
            drain.drain(here, task("drain"))
        assert not balancer.told

    def test_one_balancer_that_refuses_is_enough(self) -> None:
        here = site(FakeBalancer("lb1", "web1"), two := FakeBalancer("lb2", "web1"))
        two.refuses["drain"] = Failed("no", cause="environment")
        with pytest.raises(Failed):
            drain.drain(here, task("drain"))

    def test_floor_and_drain_are_one_critical_section(self) -> None:
        here = site(balancer := FakeBalancer("lb1", "web1"))
        here.section = section = Section(balancer)
        drain.drain(here, task("drain"))
        assert section.told_inside == [("drain", "web1")]


class Section:
    """Notes what a balancer was told while it was held."""

    def __init__(self, balancer: FakeBalancer) -> None:
        self.balancer, self.told_inside = balancer, list[tuple[str, str]]()

    def __enter__(self) -> None:
        assert not self.balancer.told

    def __exit__(self, *error: object) -> None:
        self.told_inside = list(self.balancer.told)


class TestShut:
    def test_everywhere_and_read_back(self) -> None:
        here = site(one := FakeBalancer("lb1", "web1"), two := FakeBalancer("lb2", "web1"))
        drain.shut(here, task("shut"))
        assert {one.is_now["web1"].admin, two.is_now["web1"].admin} == {"maint"}

    def test_what_is_not_shut_after_all_halts(self) -> None:
        here = site(one := FakeBalancer("lb1", "web1"), FakeBalancer("lb2", "web1"))
        one.shut = lambda host: None  # type: ignore[method-assign]
        with pytest.raises(Failed, match="shop/web1 UP") as error:
            drain.shut(here, task("shut"))
        assert error.value.cause == "environment"

    def test_a_balancer_that_no_longer_knows_it_halts(self) -> None:
        here = site(FakeBalancer("lb1", "web1"), two := FakeBalancer("lb2", "web1"))
        two.shut = lambda host: two.is_now.clear()  # type: ignore[method-assign]
        with pytest.raises(Failed, match="web1 was shut and is not"):
            drain.shut(here, task("shut"))


def test_probes_are_quiesced_and_resumed() -> None:
    here = site()
    here.probed_by(one := FakeProbe(), two := FakeProbe())
    quiesce.quiesce(here, task("quiesce"))
    quiesce.resume(here, task("resume"))
    assert one.told == two.told == ["quiesce", "resume"]


class TestResume:
    """Workers that were found stopped stay so on every way back, and only there."""

    def test_put_back_as_it_stood(self) -> None:
        assert resumed({"as": "stood"}, stood=["shop-worker"]) == []
        assert resumed({"as": "stood"}, stood=["another"]) == ["resume"]

    def test_reverted_as_it_was_found(self) -> None:
        assert resumed({"as": "found"}, found=["shop-worker"]) == []
        assert resumed({"as": "found"}, found=[]) == ["resume"]

    def test_forward_they_work_on_the_new_release(self) -> None:
        assert resumed({}, found=["shop-worker"]) == ["resume"]


def resumed(args: dict[str, str], found: Sequence[str] = (), stood: Sequence[str] | None = None) -> list[str]:
    here = site()
    here.probed_by(workers := FakeWorkers())
    here.state.found["web1"] = {"stopped": found}
    if stood is not None:
        here.state.stood["web1"] = {"stopped": stood}
    quiesce.resume(here, task("resume", args=args))
    return workers.told


class TestForce:
    """What is known to be in hand past the deadline is given up; what is not known is not."""

    def test_workers_are_cut(self) -> None:
        here = shut(Drain(deadline=1.0, on_deadline="force"), workers := FakeWorkers(readings=[2]))
        assert idle.act(here, task("idle")).detail.startswith("cut 2 jobs") and workers.told == ["cut"]

    def test_not_where_nobody_can_tell(self) -> None:
        here = shut(Drain(deadline=1.0, on_deadline="force"), workers := FakeWorkers(readings=[None]))
        with pytest.raises(Failed):
            idle.act(here, task("idle"))
        assert workers.told == []

    def test_not_where_the_playbook_halts(self) -> None:
        here = shut(Drain(deadline=1.0), workers := FakeWorkers(readings=[1]))
        with pytest.raises(Failed):
            idle.act(here, task("idle"))
        assert workers.told == []


class TestDropped:
    """What is still taken a second after the last worker ended was dropped."""

    def test_it_is_named(self) -> None:
        outcome, seconds = idled(FakeWorkers(takes=[("b", "a"), ("a", "b", "c")]))
        assert outcome.data == {"dropped": ["a", "b"]} and outcome.detail == "taken and never begun: a, b"
        assert seconds >= 1.0

    def test_what_has_been_begun_meanwhile_was_not(self) -> None:
        outcome, _ = idled(FakeWorkers(takes=[("a",), ()]))
        assert outcome.status == "ok" and not outcome.data

    def test_nothing_taken_costs_no_time(self) -> None:
        assert idled(FakeWorkers())[1] < 0.5

    def test_each_is_named_once_in_a_run(self) -> None:
        outcome, _ = idled(FakeWorkers(takes=[("a", "b")]), named={"a": "web2"})
        assert outcome.data == {"dropped": ["b"]}


def idled(workers: FakeWorkers, named: dict[str, str] | None = None) -> tuple[Outcome, float]:
    here = shut(None, workers)
    here.state.dropped.update(named or {})
    return idle.act(here, task("idle")), here.clock.time


class TestEmpty:
    def test_waits_until_nothing_queues(self) -> None:
        here = drained()
        balancer(here).set("web1", queued=2, sessions=5)
        here.clock.at = [(3.0, lambda: balancer(here).set("web1", queued=0))]
        empty.act(here, task("empty"))
        assert 3.0 <= here.clock.time < 4.0
        assert here.said[0] == "2 queued requests, 60 s left of 60 s"

    def test_sessions_alone_are_left_to_idle(self) -> None:
        here = drained()
        balancer(here).set("web1", sessions=5)
        empty.act(here, task("empty"))
        assert here.clock.time == 0

    def test_clients_that_stick_have_their_time(self) -> None:
        here = drained(Drain(sticky=5.0))
        balancer(here).set("web1", sessions=1, persistent=True)
        empty.act(here, task("empty"))
        assert 5.0 <= here.clock.time < 5.6

    def test_no_longer_than_they_are_there(self) -> None:
        here = drained(Drain(sticky=5.0))
        balancer(here).set("web1", sessions=1, persistent=True)
        here.clock.at = [(2.0, lambda: balancer(here).set("web1", sessions=0))]
        empty.act(here, task("empty"))
        assert here.clock.time < 3.0

    def test_the_deadline_halts(self) -> None:
        here = drained(Drain(deadline=7.0))
        balancer(here).set("web1", queued=1)
        with pytest.raises(Failed, match="1 queued request after 7 s"):
            empty.act(here, task("empty"))

    def test_gives_way(self) -> None:
        here = drained()
        balancer(here).set("web1", queued=1)
        here.stop = True
        with pytest.raises(NotNow):
            empty.act(here, task("empty"))


def drained(drain: Drain | None = None) -> FakeSite:
    here = site(lb := FakeBalancer("lb1", "web1"), drain=drain)
    lb.set("web1", admin="drain", up=False)
    return here


def shut(drain: Drain | None = None, *probes: FakeProbe) -> FakeSite:
    here = drained(drain)
    balancer(here).set("web1", admin="maint")
    here.probed_by(*probes)
    return here


def balancer(here: FakeSite) -> FakeBalancer:
    found = here.traffic.balancers["lb1"]
    assert isinstance(found, FakeBalancer)
    return found


class TestIdle:
    def test_three_zero_readings_a_tenth_of_a_second_apart(self) -> None:
        here = shut()
        idle.act(here, task("idle"))
        assert here.clock.time == pytest.approx(0.2)

    def test_three_in_a_row(self) -> None:
        here = shut(None, FakeProbe([0, 0, 1, 0, 0, 0]))
        idle.act(here, task("idle"))
        assert here.clock.time == pytest.approx(0.45)

    def test_a_probe_that_lags_says_its_own_spacing(self) -> None:
        here = shut(None, FakeProbe(spacing=6.0))
        idle.act(here, task("idle"))
        assert here.clock.time == pytest.approx(12.0)

    @pytest.mark.parametrize("about", [{"sessions": 1}, {"queued": 1}])
    def test_what_is_in_flight_is_awaited(self, about: dict[str, int]) -> None:
        here = shut()
        balancer(here).set("web1", **about)
        here.clock.at = [(10.0, lambda: balancer(here).set("web1", **dict.fromkeys(about, 0)))]
        idle.act(here, task("idle"))
        assert 10.2 <= here.clock.time < 11.5

    def test_unknown_is_never_idle(self) -> None:
        here = shut(Drain(deadline=5.0), FakeProbe([None]))
        with pytest.raises(Failed, match="an unknown number of jobs after 5 s"):
            idle.act(here, task("idle"))

    def test_what_is_not_shut_is_unknown(self) -> None:
        here = shut(Drain(deadline=5.0))
        balancer(here).set("web1", admin="drain")
        with pytest.raises(Failed, match="an unknown number of sessions"):
            idle.act(here, task("idle"))

    def test_a_host_that_the_balancer_forgot_is_unknown(self) -> None:
        here = shut(Drain(deadline=5.0))
        balancer(here).is_now.clear()
        with pytest.raises(Failed, match="an unknown number of sessions"):
            idle.act(here, task("idle"))

    def test_it_says_what_it_waits_for(self) -> None:
        here = shut(None, FakeProbe([2, 2, 0]))
        balancer(here).set("web1", sessions=3)
        here.clock.at = [(48.0, lambda: balancer(here).set("web1", sessions=0))]
        idle.act(here, task("idle"))
        assert here.said[0] == "3 sessions, 2 jobs, 60 s left of 60 s"
        assert "3 sessions, 12 s left of 60 s" in here.said

    def test_a_balancer_that_is_reloaded_is_asked_again(self) -> None:
        here = shut()
        balancer(here).errors = [GONE, GONE]
        idle.act(here, task("idle"))

    def test_a_balancer_that_is_gone_is_not_waited_for(self) -> None:
        here = shut()
        balancer(here).errors = [GONE] * 99
        with pytest.raises(Lost):
            idle.act(here, task("idle"))

    def test_gives_way(self) -> None:
        here = shut(None, FakeProbe([1]))
        here.stop = True
        with pytest.raises(NotNow):
            idle.act(here, task("idle"))


class TestDeadline:
    def busy(self, policy: str, reading: int | None = 2) -> FakeSite:
        return shut(Drain(deadline=5.0, on_deadline=policy), FakeProbe([reading]))  # type: ignore[arg-type]

    def test_halt(self) -> None:
        with pytest.raises(Failed, match="web1 still has 2 jobs after 5 s") as error:
            idle.act(self.busy("halt"), task("idle"))
        assert error.value.cause == "environment"

    def test_force_cuts_what_is_known(self) -> None:
        outcome = idle.act(here := self.busy("force"), task("idle"))
        assert (outcome.status, outcome.detail) == ("ok", "cut 2 jobs after 5 s")
        assert 5.0 <= here.clock.time < 6.0

    def test_force_never_cuts_what_nobody_knows(self) -> None:
        with pytest.raises(Failed, match="unknown"):
            idle.act(self.busy("force", None), task("idle"))

    def test_later_puts_it_off_once(self) -> None:
        here = self.busy("later")
        with pytest.raises(Later):
            idle.act(here, task("idle"))
        here.state.deferred[task("idle").id] = None
        with pytest.raises(Failed):
            idle.act(here, task("idle"))

    def test_zero_readings_that_have_begun_are_finished(self) -> None:
        here = shut(Drain(deadline=1.0), FakeProbe([1, 0], spacing=2.0))
        here.probe[0].readings = [1, 1, 0]
        idle.act(here, task("idle"))
        assert here.clock.time > 1.0

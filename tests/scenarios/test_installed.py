"""Releases that hosts install themselves, a package or an image: the same engine, and no folder that could switch."""

import pytest

from tests.scenarios.case import Case, Make
from tests.scenarios.fleets import case, fleet
from tests.scenarios.sweeps import break_everything, crash_everywhere, goal, healed, lose_everything
from tests.scenarios.universe import Host, Universe
from zdd.config.recipe import Written

INSTALL = (
    Written(step="run", name="install", safe=False, args={"installs": True, "seen": True}),
    Written(step="service", args={"name": "shop", "state": "restarted"}),
)


def installed(universe: Universe, known: str = "old") -> Case:
    for host in universe.hosts.values():
        host.known = known
    return case(universe, batches=(1,), min_serving=1, deploy=INSTALL, installed=True)


def three() -> Case:
    return installed(fleet(3, held=("web3",)))


def found() -> Case:
    """What runs there zdd has not installed."""
    return installed(fleet(2), known="")


def first_ever() -> Case:
    return installed(Universe([Host(f"web{n}", disk=set(), current="", running="") for n in (1, 2)]), known="")


def known(it: Case) -> set[str | None]:
    return {host.known for host in it.universe.hosts.values()}


def test_every_host_installs_it_says_so_and_keeps_what_it_is() -> None:
    it = three()
    it.check(it.go(), 0)
    assert known(it) == {"new"}
    assert [step.split()[1] for step in it.steps("web1") if "deploy" in step or "install" in step] == [
        "installing",
        "deploy.1",
        "deploy.2",
        "installed",
    ]


def test_who_has_it_already_is_left_alone() -> None:
    it = three()
    it.go()
    again = case(it.universe, batches=(1,), min_serving=1, deploy=INSTALL, installed=True, run="run-2")
    it.universe.store.events.clear()
    again.check(again.go(), 0)
    assert [step for step in again.steps() if "install" in step] == []


@pytest.mark.parametrize("make", [three, found, first_ever])
def test_it_is_killed_anywhere_and_resumed(make: Make) -> None:
    assert crash_everywhere(make, 7, 0) > 10


@pytest.mark.parametrize("make", [three, found])
def test_any_task_fails(make: Make) -> None:
    assert break_everything(make, 0, 4, 20, 21, 23) > 10


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_connection_dies_at_any_task(when: str) -> None:
    assert lose_everything(found, when, 0, 20, 21) > 10


@pytest.mark.parametrize(("make", "what"), [(three, "old"), (found, "")])
def test_a_host_that_does_not_say_the_new_version_goes_back_and_is_known_as_before(make: Make, what: str) -> None:
    """The package manager says that all went well, and something else is there."""
    it = make()
    it.universe.breaks = lambda task: task.id.endswith("web2/installed")
    it.check(it.go(), 21)
    assert known(it) == {what}


def test_the_way_back_is_killed_anywhere() -> None:
    def failing() -> Case:
        it = found()
        it.universe.sick = lambda host, release: host == "web2" and release == "new"
        return it

    assert crash_everywhere(failing, 11, 21) > 10


def test_a_person_takes_it_back() -> None:
    it = three()
    it.check(it.go(), 0)
    it.universe.store.ask("revert")
    it.check(it.go(), 0)
    assert known(it) == {"old"}


def test_in_the_middle_nobody_can_say_which_release_a_host_runs() -> None:
    """Not even where it is the version that it ran before: half of its files may be another release's."""
    it = three()
    it.universe.breaks = lambda task: task.id.endswith(("web1/deploy.1", "web1/revert.deploy.1"))
    it.go()
    assert it.universe.hosts["web1"].current == "old" and it.universe.hosts["web1"].known == ""
    healed(it)
    assert it.universe.hosts["web1"].known == "old" and goal(it) == (21,)

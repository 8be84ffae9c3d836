"""What a way back is made of: the record that a host has kept, and how far it is believed."""

from pathlib import Path

import pytest

from zdd.config.recipe import Build, HostRecipe, PlayRecipe, Recipe
from zdd.errors import Preflight
from zdd.model import Endpoint, Plan, Release, Task
from zdd.plan.make import make_plan
from zdd.plan.seen import Seen

HEALTH = {"checks": [], "passes": 1, "interval": 0.5, "deadline": 20.0, "steady": 1.0}


def planned(record: Release | None, *, trusted: bool) -> Plan:
    """Two hosts that run 1.0, of which one has kept that record."""
    build = Build(version="1.1", id="b" * 64, path="/srv/shop", artifact=Path("shop.tar.gz"))
    hosts = {n: HostRecipe(endpoint=Endpoint(name=n, address=n), build=build, health=HEALTH) for n in ("web1", "web2")}
    play = PlayRecipe(
        name="shop", fleet="shop@test", origin="shop.yml:1:1", hosts=hosts, limited=("web1",), batches=(1,)
    )
    seen = {n: Seen(host=n, runs="1.0-aaaaaaaa", found="1.0-aaaaaaaa", record=record, trusted=trusted) for n in hosts}
    return make_plan(Recipe(playbook="shop.yml", inventories=(), plays=(play,)), {"shop@test": seen}, run="run-1")


def record(*tasks: Task) -> Release:
    return Release(version="1.0", id="a" * 64, path="/srv/shop", tasks=tasks, health=HEALTH)


def task(step: str, on: str = "") -> Task:
    return Task(id=f"shop@test/web1/{step}", step=step, host="web1", on=on)


def test_a_record_that_the_journal_knows_is_the_way_back() -> None:
    [play] = planned(record(task("activate"), task("run", on="db1")), trusted=True).plays
    steps = [t.step for t in play.ways_back["web1"].tasks]
    assert steps.index("activate") < steps.index("run") < steps.index("health")


def test_another_journals_record_is_the_way_back_as_long_as_it_stays_on_its_host() -> None:
    [play] = planned(record(task("activate")), trusted=False).plays
    assert play.targets["web1"].before and "activate" in [t.step for t in play.ways_back["web1"].tasks]


@pytest.mark.parametrize("other", [task("run", on="db1"), task("run", on="controller"), task("python")])
def test_what_a_host_says_for_other_machines_needs_the_journals_word(other: Task) -> None:
    with pytest.raises(Preflight, match="the journal does not know its record"):
        planned(record(task("activate"), other), trusted=False)


def test_a_host_that_has_kept_no_record_has_no_way_back() -> None:
    with pytest.raises(Preflight, match="the host has kept no record of it"):
        planned(None, trusted=True)

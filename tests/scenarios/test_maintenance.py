"""The example that patches and reboots, on fakes: the same floor, drains and health as a deploy."""

from pathlib import Path

import pytest

from tests.scenarios.case import Case
from tests.scenarios.fleets import case, fleet
from zdd.cli.reading import TABLES
from zdd.config import inventory, resolve
from zdd.config.recipe import PlayRecipe

PATCH = Path(__file__).parents[2] / "playbooks" / "patch.yml"
HOSTS = "web: {hosts: {web1: , web2: , web3: , web4: }}\nlb: {hosts: {lb1: }}\nall: {vars: {environment: test}}\n"


@pytest.fixture
def patch(tmp_path: Path) -> PlayRecipe:
    (tmp_path / "hosts.yml").write_text(HOSTS)
    read = inventory.read([tmp_path / "hosts.yml"])
    return resolve.read(PATCH, read, extra={}, tables=TABLES).plays[0]


def patched(patch: PlayRecipe) -> Case:
    return case(fleet(4), maintenance=True, deploy=patch.hosts["web1"].deploy, batches=patch.batches)


def test_every_host_is_rebooted_once_while_the_others_serve(patch: PlayRecipe) -> None:
    it = patched(patch)
    assert it.go() == 0
    it.at_home(set())
    assert [it.universe.hosts[host].ran[("run-1", "reboot")] for host in it.hosts] == [1] * 4
    assert it.plan.plays[0].floor == 3, "the universe has watched it"
    assert [step for step in it.steps("web1") if "deploy" in step] == [f"web1 deploy.{n}" for n in (1, 2, 3)]


def test_one_that_does_not_come_back_stops_it_and_the_rest_serve(patch: PlayRecipe) -> None:
    it = patched(patch)
    it.universe.breaks = lambda task: task.step == "reboot" and task.host == "web2"
    it.check(it.go(), 20, 21, 22)
    assert it.universe.hosts["web3"].ran[("run-1", "reboot")] == 0


def test_it_has_its_night(patch: PlayRecipe) -> None:
    assert patch.window == ("Sun 02:00-04:00 Europe/Berlin",)
    assert patch.hosts["web1"].endpoint.become

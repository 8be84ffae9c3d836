"""Each task knows where the playbook says it; a playbook whose lines have moved says the same."""

from pathlib import Path

import pytest

from tests.unit.config.books import PLAYBOOK, recipe
from zdd.model import Plan
from zdd.plan.make import Emergency, make_plan
from zdd.plan.seen import Seen

BEFORE = "before:\n- {run: ./migrate, on: web1}\n"
MOVED = "# a line\n\n"


def planned(tmp: Path, playbook: str = PLAYBOOK + BEFORE) -> Plan:
    made = recipe(tmp, playbook)
    seen = {"shop@test": {host: Seen(host=host, admin={"lb1": "ready"}) for host in made.plays[0].hosts}}
    return make_plan(made, seen, run="run-1", emergency=Emergency(no_way_back=True))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("step", "place"),
    [("activate", "6:3"), ("service", "7:3"), ("run", "11:3"), ("health", "8:1"), ("drain", "4:1"), ("stage", "3:1")],
)
def test_a_task_points_at_what_it_is_done_for(tmp_path: Path, step: str, place: str) -> None:
    tasks = [task for pipeline in planned(tmp_path).pipelines() for task in pipeline.tasks if task.step == step]
    assert {task.origin for task in tasks} == {f"play.yml:{place}"}


PROBED = PLAYBOOK + "drain:\n  probes:\n  - connections: {port: 80}\n  - connections: {port: 81}\n"
CHECKED = PLAYBOOK + "- run: 'true'\n"


def test_each_check_balancer_and_probe_has_a_line_of_its_own(tmp_path: Path) -> None:
    [play] = planned(tmp_path, CHECKED).plays
    asked = [task for task in play.tasks() if task.step in ("health", "steady")]
    assert {task.origins for task in asked} == {("play.yml:9:3", "play.yml:10:3")}
    assert [spec.origin for spec in play.balancers] == ["play.yml:4:13"]
    [probed] = planned(tmp_path, PROBED).plays
    assert {tuple(spec.origin for spec in probes) for probes in probed.probes.values()} == {
        ("play.yml:12:5", "play.yml:13:5")
    }


def test_a_key_that_is_not_written_is_not_pointed_at(tmp_path: Path) -> None:
    tasks = [task for pipeline in planned(tmp_path).pipelines() for task in pipeline.tasks if task.step == "idle"]
    assert {task.origin for task in tasks} == {""}, "`drain` is as zdd has it"


def test_moved_lines_make_the_same_plan_and_the_same_release(tmp_path: Path) -> None:
    before, after = planned(tmp_path), planned(tmp_path, MOVED + PLAYBOOK + BEFORE)
    assert before == after
    [was], [now] = before.plays, after.plays
    assert was.targets["web1"].release == now.targets["web1"].release
    assert [t.origin for t in was.tasks()] != [t.origin for t in now.tasks()]


def test_a_frozen_release_knows_no_lines(tmp_path: Path) -> None:
    """They would be those of another day's playbook; and its record on the host would change with every comment."""
    [play] = planned(tmp_path).plays
    assert {task.origin for target in play.targets.values() if target.release for task in target.release.tasks} == {""}

"""A plan in a file: what comes back is what went in, and what is not what it was is refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.config.books import PLAYBOOK, recipe
from zdd.cli.planning import refuse_stale, refuse_unexpected
from zdd.cli.saved_plan import SavedPlan, is_saved, load, save
from zdd.errors import Invalid, Stale
from zdd.journal.codec import plan_text, read_plan
from zdd.model import Plan
from zdd.plan.make import Emergency, make_plan
from zdd.plan.seen import Seen

BOOK = PLAYBOOK.replace("- activate", "- copy: {content: 'x={{ host }}', dest: /etc/x}\n- activate\n- run: ls")
WEB = ("web1", "web2", "web3")


def seen(**of_web2: object) -> dict[str, dict[str, Seen]]:
    hosts = {host: Seen(host=host, admin={"lb1": "ready"}) for host in WEB}
    return {"shop@test": {**hosts, "web2": replace(hosts["web2"], **of_web2)}}  # type: ignore[arg-type]


@pytest.fixture
def saved(tmp_path: Path) -> SavedPlan:
    made, emergency = recipe(tmp_path, BOOK), Emergency(no_way_back=True)
    return SavedPlan(make_plan(made, seen(), run="plan", emergency=emergency), made, emergency)


def again(path: Path, saved: SavedPlan) -> SavedPlan:
    save(path, saved)
    assert is_saved(path)
    return load(path)


def planned(saved: SavedPlan, now: dict[str, dict[str, Seen]]) -> Plan:
    made = make_plan(saved.recipe, now, run=saved.plan.run, emergency=saved.emergency)
    return read_plan(plan_text(made))


def test_what_comes_back_makes_the_same_plan(tmp_path: Path, saved: SavedPlan) -> None:
    back = again(tmp_path / "plan.json", saved)
    assert back.recipe.contents == saved.recipe.contents and back.emergency == saved.emergency
    refuse_stale(back.plan, planned(back, seen()))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"runs": "1.0-aaaaaaaa", "found": "1.0-aaaaaaaa"}, "web2 runs 1.0-aaaaaaaa, and ran nothing when the plan"),
        ({"nowhere": True, "serving": False}, "web2 does not serve"),
    ],
)
def test_a_fleet_that_has_changed_is_named(
    tmp_path: Path, saved: SavedPlan, change: dict[str, object], said: str
) -> None:
    back = again(tmp_path / "plan.json", saved)
    with pytest.raises(Stale, match=said) as stale:
        refuse_stale(back.plan, planned(back, seen(**change)))
    assert stale.value.exit_code == 7 and "web1" not in str(stale.value)


def test_an_artifact_that_has_changed_is_named(tmp_path: Path, saved: SavedPlan) -> None:
    save(tmp_path / "plan.json", saved)
    (tmp_path / "shop" / "app.py").write_text("print(2)\n")
    with pytest.raises(Stale, match="shop is not what it was when the plan was made"):
        load(tmp_path / "plan.json")


def test_what_is_no_saved_plan(tmp_path: Path, saved: SavedPlan) -> None:
    path = tmp_path / "plan.json"
    save(path, saved)
    whole = json.loads(path.read_text())
    digest = next(iter(whole["contents"]))
    spoilt = [
        "{",
        json.dumps({**whole, "zdd_plan": 2}),
        json.dumps({key: value for key, value in whole.items() if key != "plan"}),
        json.dumps({**whole, "contents": {digest: "eA=="}}),
        json.dumps({**whole, "recipe": {**whole["recipe"], "plays": 3}}),
    ]
    for text in spoilt:
        path.write_text(text)
        with pytest.raises(Invalid, match="this is no plan that zdd has saved"):
            load(path)
    assert not is_saved(tmp_path / "play.yml") and not is_saved(tmp_path)


def test_another_number_of_hosts_is_refused(saved: SavedPlan) -> None:
    refuse_unexpected(saved.recipe, None)
    refuse_unexpected(saved.recipe, 3)
    with pytest.raises(Invalid, match=r"2 are expected, and it is 3 hosts: web\[1-3\]"):
        refuse_unexpected(saved.recipe, 2)

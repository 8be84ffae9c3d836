"""A plan, printed."""

import re
from dataclasses import replace

from tests.unit.report.shop import FLEET, HOSTS, NEW, batch, migrate, plan, play, target, way
from zdd.report.plan_text import plan_text

WHOLE = """\
deploy shop@lab, run 20261124-1534-a3f9
  playbook shop.yml
  inventory lab.yml

shop@lab

  hosts     run now       will run      way back
  web[1-3]  1.0-aaaaaaaa  1.1-bbbbbbbb  1.0-aaaaaaaa

  floor    2 of 3 hosts serve at every moment: 3 - 2 = 1 may be out
  failures 0 allowed, then the run is reverted
  drain    1m00s at most, then halt
  balancer lb1: haproxy on lb, serves 3 hosts: web[1-3]

   1  before
   2  batch 1: web1
   3  batch 2: web2
   4  batch 3: web3

  before
    - migrate on db1

  batch [1-3], 3 hosts: web[1-3]
      look → drain → idle
    - activate
    - restart shop: service  name: shop, state: restarted  (shop.yml:7:3)
      health → steady

  takes at least 34s, and the time that drains and deploy tasks need;
  old and new release serve side by side for at least 11s of it"""


def test_a_plan_that_is_only_looked_at_names_no_run_and_no_old_release_that_would_serve() -> None:
    nobody = {host: replace(target(host), served=False) for host in HOSTS}
    text = plan_text(replace(plan(play(targets=nobody)), run="plan"))
    assert text.splitlines()[0] == f"deploy {FLEET}"
    assert "side by side" not in text and "side by side" in plan_text(plan())


def test_the_whole_of_it() -> None:
    assert plan_text(plan()) == WHOLE


def test_each_kind_of_host_has_its_row() -> None:
    targets = {
        "web1": target("web1"),
        "web2": target("web2", before=None, runs="", served=False),
        "web3": target("web3"),
        "web4": target("web4", before=None, runs="hand-made"),
    }
    lines = plan_text(plan(play(list(targets), targets=targets, held=frozenset(["web3"])))).splitlines()
    rows = [re.split(r" {2,}", line.strip()) for line in lines if line.startswith("  web")][:4]
    by_host = {row[0]: " ".join(row[1:]) for row in rows}
    assert by_host == {
        "web1": "1.0-aaaaaaaa 1.1-bbbbbbbb 1.0-aaaaaaaa",
        "web2": "nothing 1.1-bbbbbbbb none: it ran nothing before serves nowhere",
        "web3": "1.0-aaaaaaaa 1.1-bbbbbbbb 1.0-aaaaaaaa held by an operator: deployed, not enabled",
        "web4": "hand-made 1.1-bbbbbbbb none: zdd cannot restore what it runs",
    }


def test_a_width_that_the_floor_does_not_allow_is_said() -> None:
    text = plan_text(plan(play(batches=(batch("batch 1", *HOSTS, width=3),))))
    assert "3 - 2 = 1 may be out, though the width is 3" in text
    assert "batch 1: 3 hosts: web[1-3], 3 at once" in text


def test_hosts_with_other_tasks_have_a_way_of_their_own() -> None:
    other = way("web3")
    other = replace(other, tasks=tuple(t for t in other.tasks if t.step != "activate"))
    only = batch("batch 1", "web1", "web2", width=2)
    text = plan_text(plan(play(batches=(replace(only, pipelines=(*only.pipelines, other)),))))
    assert "batch 1, 2 hosts: web[1-2]\n      look → drain → idle\n    - activate" in text
    assert "batch 1, web3\n      look → drain → idle\n    - restart shop" in text


def test_who_stays_apart_is_listed() -> None:
    text = plan_text(plan(play(apart={"web1": "r1", "web2": "r1", "web3": "r2"})))
    assert "apart    never two of one at once: r1: web[1-2], r2: web3" in text


def test_a_revert_says_what_hosts_go_back_to() -> None:
    back = play(batches=(batch("revert", "web2", "web1", prefix="revert.", width=2),))
    text = plan_text(plan(back, direction="revert"))
    assert text.startswith("revert shop@lab")
    assert "  hosts     go back to\n  web[1-2]  1.0-aaaaaaaa\n" in text


def test_maintenance_changes_no_release() -> None:
    targets = {host: target(host, release=None, before=None) for host in HOSTS}
    assert "web[1-3]  1.0-aaaaaaaa  the same  put back" in plan_text(plan(play(targets=targets)))


def test_long_arguments_are_cut() -> None:
    pipeline = way("web1")
    long = replace(pipeline.tasks[3], args={"command": "x" * 500})
    text = plan_text(
        plan(play(batches=(migrate(), replace(batch("b"), pipelines=(replace(pipeline, tasks=(long,)),)))))
    )
    assert "x…" in text
    assert max(map(len, text.splitlines())) < 100


def test_equal_plans_have_equal_texts() -> None:
    assert plan_text(plan()) == plan_text(plan(play(targets={host: target(host, release=NEW) for host in HOSTS})))


def test_assets_are_said_once() -> None:
    shared = replace(NEW, assets=("public/assets",))
    text = plan_text(plan(play(targets={host: target(host, release=shared) for host in HOSTS})))
    assert "  assets   public/assets: of old and new release on every host before the first one leaves" in text

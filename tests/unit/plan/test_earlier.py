"""The way back to what a host runs and zdd did not install."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.unit.config.books import PLAYBOOK, folder
from zdd.cli.reading import TABLES
from zdd.config import inventory, resolve
from zdd.errors import Preflight, Stale
from zdd.model import Plan, Release
from zdd.plan.earlier import Earlier, by_plan, by_playbook
from zdd.plan.make import Emergency, make_plan
from zdd.plan.seen import Seen
from zdd.report.plan_text import plan_text

BOOK = PLAYBOOK.replace("artifact: shop", 'current: which version, available: "offers {{ version }}"').replace(
    "- activate", "- copy: {content: '{{ version }}', dest: /etc/shop}\n- run: install {{ version }}"
)
FLEET = "shop@test"


@pytest.fixture
def book(tmp_path: Path) -> resolve.Book:
    where = folder(tmp_path, BOOK)
    read = inventory.read([where / "hosts.yml"])
    return resolve.opened(where / "play.yml", read, extra={"version": "1.1"}, tables=TABLES)


def planned(book: resolve.Book, emergency: Emergency | None = None, **seen: Any) -> Plan:
    """All hosts run 1.0."""
    known: dict[str, Any] = {"runs": "1.0", "found": "1.0", **seen}
    hosts = {host: Seen(host=host, **known) for host in book.recipe.plays[0].hosts}
    return make_plan(book.recipe, {FLEET: hosts}, run="run-1", emergency=emergency)


def found(earlier: Earlier) -> Release:
    release = earlier(FLEET, "web1", "1.0")
    assert release
    return release


def test_it_is_todays_tasks_for_that_version_without_its_files(book: resolve.Book) -> None:
    release = found(by_playbook(book))
    assert (release.name, release.id, release.available, release.kept_files) == ("1.0", "", "offers 1.0", ())
    assert [task.step for task in release.tasks] == ["installing", "run", "service", "installed"]
    assert release.tasks[1].args["command"] == "install 1.0"


def test_files_come_back_as_the_host_had_them_before_anything_is_installed(book: resolve.Book) -> None:
    way = planned(book, record=found(by_playbook(book))).plays[0].ways_back["web1"]
    assert [task.step for task in way.part("change")] == ["restore", "installing", "run", "service", "installed"]
    assert way.part("change")[0].args["dest"] == "/etc/shop"


def test_what_can_not_be_had_again_is_no_way_back(book: resolve.Book) -> None:
    about: dict[str, Any] = {"record": found(by_playbook(book)), "lacks": "nobody offers it"}
    with pytest.raises(
        Preflight, match=r"web1: there is no way back to 1\.0: nobody offers it \(--no-way-back"
    ) as said:
        planned(book, **about)
    assert said.value.exit_code == 4 and "adopt" not in str(said.value)
    play = planned(book, Emergency(no_way_back=True), **about).plays[0]
    assert not play.ways_back and play.targets["web1"].before is None


def test_the_plan_says_what_it_is_and_how_it_comes_back(book: resolve.Book) -> None:
    text = plan_text(planned(book, record=found(by_playbook(book))))
    assert "hosts install it themselves, and tell it by `which version`:" in text
    assert "so it changes in place and not in one act" in text
    assert "1.0, by today's deploy tasks" in text
    assert "none: it ran nothing before, and what it installs stays there" in plan_text(
        planned(book, runs="", found="")
    )


def test_a_saved_plan_has_it_as_it_was(book: resolve.Book) -> None:
    release = found(by_playbook(book))
    earlier = by_plan(planned(book, record=release))
    assert found(earlier) == release
    with pytest.raises(Stale, match=r"web1 runs 1\.05, and ran 1\.0 when the plan was made"):
        earlier(FLEET, "web1", "1.05")


def test_a_saved_plan_that_had_no_way_back_has_none(book: resolve.Book) -> None:
    earlier = by_plan(planned(book, Emergency(no_way_back=True)))
    assert earlier(FLEET, "web1", "1.0") is None
    known = replace(found(by_playbook(book)), id="a" * 64)
    with pytest.raises(Stale):
        by_plan(planned(book, record=known, runs=known.name, found=known.name))(FLEET, "web1", "1.0")

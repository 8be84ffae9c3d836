"""Machines that only a task's `on` names are reached before anything is touched."""

from collections.abc import Callable

import pytest

from tests.unit.steps.fakes import Answer, FakeSession
from zdd.config.recipe import HostRecipe, PlayRecipe, Written
from zdd.errors import Failed, Lost, Unreachable
from zdd.model import Endpoint
from zdd.steps.on_findings import on_findings
from zdd.transport import Result

DB, CACHE = (Endpoint(name=name, address=name, become=True) for name in ("db1", "cache1"))


def play(**about: object) -> PlayRecipe:
    hosts = {name: HostRecipe(endpoint=Endpoint(name=name, address=name)) for name in ("web1", "web2")}
    hosts["web2"] = HostRecipe(endpoint=hosts["web2"].endpoint, deploy=(Written(step="run", on="cache1"),))
    machines = {"db1": DB, "cache1": CACHE}
    told = {"name": "shop", "fleet": "shop@test", "origin": "shop.yml:1:1", "limited": ("web1",), **about}
    return PlayRecipe(hosts=hosts, machines=machines, **told)  # type: ignore[arg-type]


def well(name: str) -> Answer:
    return Result(exit=0)


def found(asked: PlayRecipe, answer: Callable[[str], Answer] = well, known: tuple[str, ...] = ()) -> list[str]:
    def session(name: str) -> FakeSession:
        return FakeSession(host__reached=answer(name))

    return [str(finding) for finding in on_findings(asked, session, map, known)]


@pytest.mark.parametrize("where", ["before", "after"])
def test_one_that_is_not_reached_is_named_once(where: str) -> None:
    tasks = (Written(step="run", on="db1"), Written(step="run", on="db1"), Written(step="run", on="controller"))
    said = found(play(**{where: tasks}), lambda name: Unreachable(f"{name}: no route"))
    assert said == ["db1: no route (bring it back, or take its tasks out)"]


def test_one_that_lets_nobody_be_that_user() -> None:
    said = found(play(before=(Written(step="run", on="db1"),)), lambda name: Failed(f"{name}: sudo was refused"))
    assert said == ["db1: sudo was refused (or take its tasks out)"]


def test_a_task_of_a_host_beyond_the_limit_needs_nobody() -> None:
    def gone(name: str) -> Lost:
        return Unreachable(f"{name}: gone")

    assert found(play(), gone) == []
    assert found(play(limited=("web2",)), gone) == ["cache1: gone (bring it back, or take its tasks out)"]


def test_a_host_of_the_play_that_was_found_unreachable_is_not_found_twice() -> None:
    asked = play(before=(Written(step="run", on="web1"),))
    assert found(asked, lambda name: Unreachable(f"{name}: gone"), known=("web1",)) == []


def test_who_is_reached_is_no_finding() -> None:
    assert found(play(before=(Written(step="run", on="db1"), Written(step="run", on="web1", become="shop")))) == []

"""What a host installs itself becomes the release: when it says so, and not before."""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.steps.fakes import FakeSession, FakeSite, site, task
from zdd.errors import Failed
from zdd.model import Release
from zdd.steps import activate, installed, look, prune, service, stage
from zdd.transport import Result

NEW = Release(version="1:1.1", id="b" * 64, current="which version")
OLD = replace(NEW, version="1.0", id="a" * 64)
FOUND = replace(OLD, id="")


def says(*lines: str) -> Result:
    return Result(exit=0, out="\n".join(lines) + "\n")


def here(before: Release = OLD, **answers: Any) -> FakeSite:
    it = site(session=FakeSession(**answers))
    target = replace(it.play.targets["web1"], release=NEW, before=before)
    return replace(it, play=replace(it.play, targets={"web1": target}))


def change(step: str, release: str = "new") -> Any:
    return task(step, part="change", args={"release": release})


def test_it_is_when_the_host_says_so_and_then_it_is_kept() -> None:
    it = here(host__runs=says("says 0 1:1.1"))
    assert installed.installed(it, change("installed")).detail == "says 1:1.1"
    assert it.sessions["web1"].last("installed.keep").args["id"] == NEW.id


def test_a_container_may_take_a_moment_to_begin() -> None:
    it = here(host__runs=says("says 1 ", "why no such container"))
    it.clock.at.append((4.0, lambda: it.sessions["web1"].answers.update({"host.runs": says("says 0 1:1.1")})))
    installed.installed(it, change("installed"))
    assert it.clock.time < 5.0
    assert it.said[0].startswith("it says nothing (no such container), not 1:1.1")


def test_another_version_is_the_releases_failure_and_both_are_named() -> None:
    it = here(host__runs=says("says 0 1.0"))
    with pytest.raises(Failed, match=r"`which version` says 1\.0, and not 1:1.1") as failed:
        installed.installed(it, change("installed"))
    assert failed.value.cause == "release"
    assert it.clock.time >= installed.SETTLES and "installed.keep" not in it.sessions["web1"].verbs


def test_what_zdd_had_not_installed_is_left_as_unknown_as_it_was() -> None:
    it = here(FOUND, host__runs=says("says 0 1.0"))
    installed.installed(it, change("installed", "before"))
    assert "installed.keep" not in it.sessions["web1"].verbs


@pytest.mark.parametrize(
    ("lines", "happened"),
    [
        (("says 0 1:1.1", f"installed {NEW.id} 1:1.1"), True),
        (("says 0 1:1.1",), False),
        (("says 0 1:1.1", f"installed {OLD.id} 1:1.1"), False),
        (("says 0 1.0", f"installed {NEW.id} 1:1.1"), False),
    ],
)
def test_in_doubt_the_host_says_whether_it_was_kept(lines: tuple[str, ...], happened: bool) -> None:
    it = here(host__runs=says(*lines))
    assert installed.look(it, change("installed")) is happened


def test_from_the_first_change_on_it_is_nothing_known() -> None:
    it = here()
    assert installed.installing(it, change("installing")).status == "ok"
    assert it.sessions["web1"].verbs == ["installed.forget"]


def test_it_is_looked_at_by_its_own_question() -> None:
    it = here(host__runs=says("says 0 1.0", f"installed {OLD.id} 1.0"))
    found = look.act(it, task("look", args={"release": "new"})).data["found"]
    assert (found["release"], found["version"]) == (OLD.name, "1.0")
    assert it.sessions["web1"].last("host.runs").args["asks"] == "which version"


def test_staging_keeps_its_record_and_sends_no_artifact() -> None:
    it = here()
    assert stage.act(it, change("stage")).data["record"]
    assert list(it.sessions["web1"].uploads) == [f"/var/lib/zdd/shop@test/releases/{NEW.name}.json"]
    assert it.sessions["web1"].verbs == []


def test_a_way_back_to_nothing_forgets_it_and_touches_no_link() -> None:
    it = here()
    activate.deactivate(it, task("deactivate", part="change", args={"services": ()}))
    assert it.sessions["web1"].verbs == ["installed.forget"]


def test_only_records_are_pruned() -> None:
    it = here(installed__prune=says("0.9-cccccccc"))
    assert prune.act(it, task("prune", args={"keep": 5})).detail == "removed 0.9-cccccccc"
    assert it.sessions["web1"].last("installed.prune").args["protected"] == (NEW.name, OLD.name)


def test_no_link_tells_when_it_was_switched() -> None:
    it = here(service__status=says("running 1 2"))
    restarted = task("service", part="change", args={"name": "shop", "state": "restarted"})
    assert service.look(it, restarted) is None

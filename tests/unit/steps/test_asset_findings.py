"""What preflight makes of the assets that a host has."""

from pathlib import Path

from zdd.config.recipe import Build
from zdd.steps.asset_findings import asset_findings
from zdd.steps.host_state import HostState
from zdd.transport import Result

NEW = Build(version="1.1", id="b" * 64, path="/srv/shop", artifact=Path("shop.tar"), assets=("public",))
OLD = HostState(current="1.0-aaaaaaaa", releases={"1.0-aaaaaaaa": "a" * 64})


def findings(out: str, state: HostState = OLD, exit: int = 0) -> list[str]:
    found = asset_findings("web1", NEW, state, Result(exit=exit, out=out, err="sh: no" if exit else ""))
    return [("warning " if finding.warning else "") + str(finding) for finding in found]


def test_nothing_in_the_way() -> None:
    assert findings("") == []


def test_other_contents_are_named_and_the_rest_counted() -> None:
    [finding] = findings("".join(f"other public/{n}.js\n" for n in "dabce"))
    assert finding.startswith("web1: public/a.js, public/b.js, public/c.js and 2 more has other contents in 1.1")


def test_the_first_release_with_assets_is_a_warning() -> None:
    [finding] = findings("own public\n")
    assert finding.startswith("warning web1: 1.0-aaaaaaaa has public for itself")
    assert "deploy what it runs with `release.assets` first" in finding


def test_a_host_that_runs_nothing_or_this_release_already_needs_no_warning() -> None:
    assert findings("own public\n", HostState()) == []
    assert findings("own public\n", HostState(current="x", releases={"x": NEW.id})) == []


def test_a_host_that_cannot_tell_is_a_finding() -> None:
    assert findings("", exit=2) == ["web1: its assets cannot be compared: sh: no"]

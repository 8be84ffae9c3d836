"""Preflight of what hosts install themselves: what each says, what is to be had, and whether there is a way back."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.unit.steps.fakes import Answer, FakeSession
from zdd.config.recipe import Build, HostRecipe, PlayRecipe
from zdd.errors import Invalid, Problem
from zdd.model import Endpoint, Release
from zdd.steps import record
from zdd.steps.mark import Mark
from zdd.steps.preflight import Survey, Surveyor
from zdd.transport import Command, Result

BUILD = Build(version="1.1", id="b" * 64, current="which version", available="is 1.1 offered")
KEPT = Release(version="1.0", id="a" * 64, current="which version", available="was 1.0 offered")
FOUND = replace(KEPT, id="", available="is 1.0 offered")
READY = ["boot b", "home ready", "path ready", *(f"tool {tool}" for tool in ("flock", "sha256sum", "mv -T"))]


def text(*lines: str) -> Result:
    return Result(exit=0, out="\n".join((*READY, *lines)) + "\n")


def surveyed(
    *lines: str,
    offers: Mapping[str, Result] | None = None,
    earlier: Release | Invalid | None = FOUND,
    build: Build = BUILD,
    more: Mapping[str, Answer] | None = None,
    **about: object,
) -> tuple[Survey, FakeSession]:
    """web1 answers so; `offers`: to which question it says what."""

    def offered(command: Command) -> Result:
        return (offers or {}).get(command.args["line"], Result(exit=0))

    def rendered(host: str, version: str) -> Release | None:
        if isinstance(earlier, Invalid):
            raise earlier
        return earlier

    session = FakeSession(host__read=text(*lines), installed__available=offered)
    session.answers.update(more or {})
    host = HostRecipe(endpoint=Endpoint(name="web1", address="web1"), build=build)
    play = PlayRecipe(name="shop", fleet="shop@test", origin="shop.yml:1:1", hosts={"web1": host}, limited=("web1",))
    surveyor = Surveyor(play=play, session=lambda name: session, earlier=rendered, **about)  # type: ignore[arg-type]
    return surveyor.survey(), session


def findings(*lines: str, **about: object) -> list[str]:
    survey, _ = surveyed(*lines, **about)  # type: ignore[arg-type]
    return [("warning " if finding.warning else "") + str(finding) for finding in survey.findings]


NO = Result(exit=1)


def test_a_host_that_can_install_it_and_go_back_is_in_nobodys_way() -> None:
    assert findings("says 0 1.0") == []


def test_no_tool_that_unpacks_is_needed_and_no_folder() -> None:
    assert findings("says 0 1.0", "path no") == []


def test_a_version_that_is_not_to_be_had_is_named_with_the_question() -> None:
    [said] = findings("says 0 1.0", offers={"is 1.1 offered": Result(exit=1, out="a\nno such version\n")})
    assert said.startswith("web1: 1.1 cannot be installed there: `is 1.1 offered` says no: no such version (put it")
    [said] = findings("says 0 1.0", offers={"is 1.1 offered": NO})
    assert "says no: exit 1" in said


def test_who_has_the_version_already_is_not_asked_for_it() -> None:
    survey, session = surveyed("says 0 1.1", offers={"is 1.1 offered": NO}, earlier=replace(FOUND, version="1.1"))
    assert not survey.findings and not survey.seen["web1"].lacks
    assert "installed.available" not in session.verbs


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("says 127 ", "why sh: which: not found"), "web1: cannot be asked what it runs: sh: which: not found (mend"),
        (("says 1 ", "why no packages found"), "warning web1: runs no release, as `which version` says: no packages"),
        (("says 0 ", "why daemon is dead"), "warning web1: runs no release, as `which version` says: daemon is dead"),
        (("says 2 ",), "warning web1: runs no release, as `which version` says: exit 2"),
        (("says 0 1.0\t1.1",), "web1: `which version` says '1.0 / 1.1', which is no version (let it print"),
        (("says 0 shop 1.0",), "web1: `which version` says 'shop 1.0', which is no version"),
    ],
)
def test_an_answer_that_is_none(lines: tuple[str, ...], said: str) -> None:
    [finding] = findings(*lines)
    assert finding.startswith(said)


def test_a_host_that_runs_nothing_goes_back_to_nothing() -> None:
    seen = surveyed("says 0 ")[0].seen["web1"]
    assert (seen.runs, seen.found, seen.record, seen.lacks) == ("", "", None, "")


def test_what_zdd_did_not_install_goes_back_by_todays_tasks() -> None:
    seen = surveyed("says 0 1.0", known=lambda digest: False)[0].seen["web1"]
    assert (seen.runs, seen.found, seen.record, seen.lacks, seen.trusted) == ("1.0", "1.0", FOUND, "", True)


def test_what_zdd_installed_goes_back_by_its_record() -> None:
    lines = ("says 0 1.0", f"installed {KEPT.id} 1.0", f"frozen {record.text(KEPT)}")
    for trusted in (True, False):
        seen = surveyed(*lines, known=lambda digest, trusted=trusted: trusted)[0].seen["web1"]
        assert (seen.runs, seen.record, seen.trusted) == (KEPT.name, KEPT, trusted)


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"offers": {"is 1.0 offered": NO}}, "`is 1.0 offered` says no: exit 1"),
        ({"earlier": replace(FOUND, available="")}, "`release.available` is not written"),
        ({"earlier": Invalid([Problem("shop.yml", 6, 8, "no `1.0`")])}, "shop.yml:6:8: no `1.0`"),
    ],
)
def test_why_there_is_no_way_back(about: dict[str, object], why: str) -> None:
    survey, _ = surveyed("says 0 1.0", **about)  # type: ignore[arg-type]
    assert survey.seen["web1"].lacks.startswith(why) and not survey.findings


def test_a_run_that_is_taken_over_had_found_something_else() -> None:
    """The way back leads there, by its record."""
    mark = Mark(run="r0", fleet="shop@test", found={"release": KEPT.name, "version": "1.0"})
    for kept, want in ((record.text(KEPT), KEPT), ("", FOUND)):
        more = {"record.read": Result(exit=0, out=kept)}
        seen = surveyed("says 0 1.1", f"mark {mark.text}", more=more, ours=frozenset(["r0"]))[0].seen["web1"]
        assert (seen.runs, seen.found, seen.record) == ("1.1", KEPT.name, want)


def test_without_balancers_it_serves_if_the_checks_of_what_it_runs_pass() -> None:
    """And not those of what it will run."""

    def check(command: Command) -> Result:
        return Result(exit=0 if command.args["command"] == "is it 1.0" else 1)

    found = replace(FOUND, health={"checks": [{"run": {"command": "is it 1.0"}}]})
    for earlier, serves in ((found, True), (replace(found, health={"checks": [{"run": {"command": "no"}}]}), False)):
        seen = surveyed("says 0 1.0", earlier=earlier, more={"check": check})[0].seen["web1"]
        assert (seen.serving, seen.nowhere) == (serves, not serves)


def test_two_names_of_one_machine_are_told_by_the_question() -> None:
    host = HostRecipe(endpoint=Endpoint(name="web1", address="web1"), build=BUILD)
    play = PlayRecipe(
        name="shop", fleet="shop@test", origin="", hosts={"web1": host, "web2": host}, limited=("web1", "web2")
    )
    session = FakeSession(host__read=text("says 0 1.0"))
    [finding] = Surveyor(play=play, session=lambda name: session, earlier=lambda *_: FOUND).survey().findings
    assert str(finding) == "web1, web2: are one machine with one `which version` (name it once in the inventory)"

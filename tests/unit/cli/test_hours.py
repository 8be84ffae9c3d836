"""Windows at the door of a verb."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.unit.config.books import PLAYBOOK, folder
from tests.unit.steps.fakes import FakeClock
from zdd.cli.app import app
from zdd.cli.hours import let_in
from zdd.errors import OutsideWindow
from zdd.model import Play

SHOP = Play(fleet="shop@x", batches=(), window=("2023-11-14 22:30-23:00 UTC",))  # the clock stands at 22:13:20


def test_who_comes_too_early_is_told_when_it_opens() -> None:
    with pytest.raises(
        OutsideWindow, match=r"shop@x is outside its window; it opens Tue 2023-11-14 .*: --wait-window, or"
    ) as refused:
        let_in([SHOP], clock=FakeClock())
    assert refused.value.exit_code == 6


def test_who_waits_is_let_in_at_the_first_moment(capsys: pytest.CaptureFixture[str]) -> None:
    clock = FakeClock()
    assert let_in([SHOP], wait=True, clock=clock)
    assert clock.now() == pytest.approx(1000.0)
    assert capsys.readouterr().err.count("waiting for the window of shop@x") == 1
    assert not let_in([SHOP], wait=True, clock=clock)
    let_in([SHOP], clock=clock)


def test_nobody_waits_for_what_never_comes() -> None:
    clock = FakeClock()
    clock.time = 10000.0
    with pytest.raises(OutsideWindow, match="none opens any more"):
        let_in([SHOP], wait=True, clock=clock)


def run(tmp: Path, *words: str) -> tuple[int, str]:
    windows = "window: ['Sun 02:00-04:00 UTC']\nfreeze: ['2026-12-20 - 2027-01-02 UTC']\n"
    where = folder(tmp, PLAYBOOK + windows)
    inventory = ["-i", str(where / "hosts.yml")]  # and no version: hours are not asked for a release
    result = CliRunner().invoke(app, [*words, str(where / "play.yml"), *inventory], standalone_mode=False)
    return result.return_value, result.output


def test_the_verbs(tmp_path: Path) -> None:
    code, text = run(tmp_path, "window", "check", "--at", "2026-06-07T03:00Z")
    assert (code, text.startswith("shop@test: open until ")) == (0, True)
    code, text = run(tmp_path, "window", "check", "--at", "2026-06-07T05:00Z")
    assert (code, text.startswith("shop@test: closed; opens ")) == (6, True)
    code, text = run(tmp_path, "window", "next", "--at", "2026-12-20T03:00Z")
    assert (code, "2027-01-03" in text) == (0, True)
    code, text = run(tmp_path, "window", "list", "--at", "2026-06-07T05:00Z")
    assert "window  Sun 02:00-04:00 UTC" in text and "freeze  2026-12-20 - 2027-01-02 UTC" in text


def test_who_overrides_is_let_in_and_a_run_is_offered_its_revert() -> None:
    assert not let_in([SHOP], override="the fix is urgent", clock=FakeClock())
    with pytest.raises(OutsideWindow, match="a revert needs none") as refused:
        let_in([SHOP], run="r1", clock=FakeClock())
    assert refused.value.then == ("zdd revert r1",)

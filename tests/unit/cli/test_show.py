"""`zdd show`: where its page goes."""

from pathlib import Path

import pytest

from tests.unit.report.shop import FLEET, RUN, plan
from zdd.cli.show import show
from zdd.errors import Usage
from zdd.journal.store import Store


@pytest.fixture
def store(tmp_path: Path) -> str:
    made = Store.open(tmp_path / "store")
    made.create(plan())
    made.close()
    return str(tmp_path / "store")


@pytest.mark.parametrize("run", [RUN, FLEET])
def test_it_goes_where_it_is_told_to(store: str, run: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "report.html"
    assert show(run, file, html=True, store=store) == 0
    assert RUN in file.read_text() and capsys.readouterr().out == f"{file}\n"


def test_without_a_run_it_is_the_newest(store: str, tmp_path: Path) -> None:
    assert show(str(tmp_path / "report.html"), None, html=True, store=store) == 0
    assert RUN in (tmp_path / "report.html").read_text()


def test_without_a_file_it_is_named_after_the_run(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert show("", None, html=True, store=store) == 0
    assert (tmp_path / f"{RUN}.html").exists()


def test_a_dash_is_stdout(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    show(RUN, Path("-"), html=True, store=store)
    assert capsys.readouterr().out.startswith("<!doctype html>")


def test_what_cannot_be_is_said(store: str, tmp_path: Path) -> None:
    with pytest.raises(Usage, match="--html writes a page there"):
        show(RUN, tmp_path / "report.html", html=False, store=store)
    with pytest.raises(Usage, match="cannot be written: No such file or directory"):
        show(RUN, tmp_path / "nowhere/report.html", html=True, store=store)

"""Tables, and what installed packages add to them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from zdd.entries import Entries
from zdd.errors import Usage


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package that is installed: its module is in the folder, its entry points are written by `points`."""
    (tmp_path / "acme_zdd.py").write_text("PROBE = 'a probe of acme'\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop("acme_zdd", None)


def points(folder: Path, text: str, package: str = "acme") -> None:
    info = folder / f"{package}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(text)


def table() -> Entries[str]:
    return Entries("zdd.probes", {"rq": "our own"})


def test_without_any_it_is_our_own() -> None:
    assert dict(Entries("zdd.nobody", {"rq": "our own"})) == {"rq": "our own"}


def test_theirs_stand_beside_our_own(acme: Path) -> None:
    points(acme, "[zdd.probes]\nacme = acme_zdd:PROBE\n[zdd.balancers]\nother = acme_zdd:NONE\n")
    assert dict(table()) == {"rq": "our own", "acme": "a probe of acme"}
    assert len(table()) == 2


def test_our_own_are_found_without_looking_for_theirs(acme: Path) -> None:
    points(acme, "[zdd.probes]\nacme = no_such_module:PROBE\n")
    assert table()["rq"] == "our own"
    with pytest.raises(KeyError):
        table()["absent"]


def test_one_that_cannot_be_loaded_is_named_with_its_package(acme: Path) -> None:
    points(acme, "[zdd.probes]\nacme = no_such_module:PROBE\n")
    with pytest.raises(Usage, match=r"no_such_module:PROBE of the package acme 1\.2 cannot be loaded: ModuleNotFound"):
        table()["acme"]


@pytest.mark.parametrize("text", ["rq = acme_zdd:PROBE\n", "acme = acme_zdd:PROBE\n"])
def test_a_name_that_is_taken_is_refused(acme: Path, text: str) -> None:
    points(acme, f"[zdd.probes]\n{text}")
    points(acme, "[zdd.probes]\nacme = acme_zdd:PROBE\n", package="other")
    with pytest.raises(Usage, match="already; uninstall one of them"):
        list(table())

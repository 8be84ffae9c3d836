import importlib.util
import io
import json
import tarfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from zdd.lab.releases import Behaviour, build


def released(folder: Path, behaviour: Behaviour = "sound") -> ModuleType:
    """The shop, imported from a release as gunicorn would."""
    with tarfile.open(build(folder / "dist", "1.7", behaviour)) as archive:
        archive.extractall(folder / "release", filter="data")
    spec = importlib.util.spec_from_file_location("app", folder / "release" / "app.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def asked(shop: ModuleType, method: str, path: str, body: bytes = b"", query: str = "") -> tuple[str, dict[str, Any]]:
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    statuses: list[str] = []
    answer = b"".join(shop.application(environ, lambda status, headers: statuses.append(status)))
    return statuses[0], json.loads(answer)


def test_the_same_words_make_the_same_bytes(tmp_path: Path) -> None:
    first, second = build(tmp_path / "a", "1.0"), build(tmp_path / "b", "1.0")
    assert first.name == "shop-1.0.tar.gz"
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes() != build(tmp_path / "b", "1.1").read_bytes()
    assert first.read_bytes() != build(tmp_path / "b", "1.0", "slow").read_bytes()


def test_a_sound_release_says_its_version(tmp_path: Path) -> None:
    shop = released(tmp_path)
    assert asked(shop, "GET", "/healthz") == ("200 OK", {"status": "ok", "version": "1.7", "host": ""})
    assert asked(shop, "GET", "/") == ("200 OK", {"version": "1.7", "host": ""})
    assert asked(shop, "GET", "/elsewhere")[0] == "404 Not Found"


def test_an_order_is_echoed(tmp_path: Path) -> None:
    assert asked(released(tmp_path), "POST", "/orders", b"order 7")[1]["order"] == "order 7"


def test_a_slow_page_takes_as_long_as_it_is_asked_to_and_not_longer_than_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    shop = released(tmp_path)
    asked(shop, "GET", "/slow", query="s=2")
    asked(shop, "GET", "/slow", query="s=1000")
    assert slept == [2.0, 10.0]


def test_one_that_fails_health_still_serves_pages(tmp_path: Path) -> None:
    shop = released(tmp_path, "fails health")
    assert asked(shop, "GET", "/healthz")[0] == "500 Internal Server Error"
    assert asked(shop, "GET", "/")[0] == "200 OK"


def test_one_that_never_starts_says_so(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"shop 1\.7 was built to never start"):
        released(tmp_path, "never starts")


def test_a_slow_one_takes_its_time_to_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    released(tmp_path, "slow")
    assert slept == [5.0]

import importlib.util
import io
import json
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest

from zdd.lab.releases import Behaviour, build, fingerprint


def released(folder: Path, behaviour: Behaviour = "sound", version: str = "1.7") -> Any:
    """The shop, imported from a release as gunicorn would."""
    with tarfile.open(build(folder / "dist", version, behaviour)) as archive:
        archive.extractall(folder / version, filter="data")
    spec = importlib.util.spec_from_file_location("app", folder / version / "app.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def asked(
    shop: Any, method: str, path: str, body: bytes = b"", query: str = "", cookie: str = ""
) -> tuple[str, dict[str, Any]]:
    environ = {
        "HTTP_COOKIE": cookie,
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
    assert asked(shop, "GET", "/alive") == ("200 OK", {"version": "1.7", "host": ""})
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
    assert asked(shop, "GET", "/")[0] == asked(shop, "GET", "/alive")[0] == "200 OK"
    assert asked(shop, "POST", "/orders", b"order 7")[0] == "500 Internal Server Error"


def test_one_that_never_starts_says_so(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"shop 1\.7 was built to never start"):
        released(tmp_path, "never starts")


def test_a_slow_one_takes_its_time_to_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    released(tmp_path, "slow")
    assert slept == [5.0]


def test_a_page_names_the_assets_of_its_own_release_by_their_contents(tmp_path: Path) -> None:
    shop = released(tmp_path)
    names = asked(shop, "GET", "/")[1]["assets"]
    assert len(names) == 2
    for name in names:
        served = b"".join(shop.application({"PATH_INFO": name}, lambda status, headers: None))
        assert fingerprint(served) in name and b"1.7" in served


@pytest.mark.parametrize("name", ["/assets/none.css", "/assets/../VERSION", "/assets/../../app.py", "/assets/"])
def test_nothing_but_assets_is_served_as_one(tmp_path: Path, name: str) -> None:
    shop, statuses = released(tmp_path), list[str]()
    shop.application({"PATH_INFO": name}, lambda status, headers: statuses.append(status))
    assert statuses == ["404 Not Found"]


class Store(dict[str, str]):
    """As much of a Redis as the shop uses."""

    def set(self, key: str, value: str, ex: int) -> None:
        self[key] = value


def test_the_old_release_reads_sessions_that_the_new_one_wrote_and_loses_nothing_of_them(tmp_path: Path) -> None:
    store = Store()
    old, new = released(tmp_path, version="1.0"), released(tmp_path, version="1.1")
    old.STORE = new.STORE = store
    new.HOST = "web2"
    cookie = f"session={asked(old, 'POST', '/login', b'ada')[1]['session']}"
    assert "seen_by" not in "".join(store.values())
    assert [asked(shop, "GET", "/account", cookie=cookie)[1]["visits"] for shop in (new, old, new, old)] == [1, 2, 3, 4]
    [kept] = store.values()
    assert json.loads(kept) == {"user": "ada", "visits": 4, "seen_by": "web2"}


@pytest.mark.parametrize("cookie", ["", "session=unknown", "other=1"])
def test_whoever_has_no_session_is_told_so(tmp_path: Path, cookie: str) -> None:
    shop = released(tmp_path)
    shop.STORE = Store()
    assert asked(shop, "GET", "/account", cookie=cookie)[0] == "401 Unauthorized"


def test_without_a_redis_nobody_logs_in(tmp_path: Path) -> None:
    assert asked(released(tmp_path), "POST", "/login", b"ada")[0] == "404 Not Found"

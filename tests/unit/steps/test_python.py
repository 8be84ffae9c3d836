"""A function of the user's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.steps.fakes import FakeSite, site, task
from zdd.config.secrets import Reference, Vault
from zdd.errors import Failed, Lost
from zdd.model import Task
from zdd.steps.python import PYTHON

TASKS = """
def warm(c, path, times=1):
    print("warming", path, times)
    return c.run(path)

def again(c):
    return False

def bad(c):
    print("so far so good")
    raise ValueError("no such table")

def gone(c):
    raise EOFError

def slow(c):
    c.over.wait()

def login(c, password):
    print(len(password))

def warmed(c):
    return c.host == "10.0.0.1"
"""


@pytest.fixture(autouse=True)
def connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever waits for `over` does until the test is."""
    over = Event()

    @contextmanager
    def connection(session: Any, endpoint: Any) -> Iterator[Any]:
        yield SimpleNamespace(host=endpoint.address, run=lambda text: f"ran {text}", over=over)

    monkeypatch.setattr("zdd.steps.python.connection", connection)
    yield
    over.set()


def called(tmp: Path, function: str, timeout: float = 60.0, **args: Any) -> tuple[FakeSite, Task]:
    (tmp / "tasks.py").write_text(TASKS)
    where = site()
    where.contents = {"d" * 64: tmp / "tasks.py"}
    about = {"function": function, "args": args, "check": "", "digest": "d" * 64}
    return where, task("python", part="change", args=about, timeout=timeout)


def test_it_gets_the_connection_and_its_arguments_and_what_it_prints_is_kept(tmp_path: Path) -> None:
    outcome = PYTHON.act(*called(tmp_path, "warm", path="/x", times=2))
    assert (outcome.status, outcome.data) == ("ok", {"output": "warming /x 2"})


def test_false_is_unchanged(tmp_path: Path) -> None:
    assert PYTHON.act(*called(tmp_path, "again")).status == "unchanged"


def test_it_fails_by_raising(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="bad: ValueError: no such table") as error:
        PYTHON.act(*called(tmp_path, "bad"))
    assert "so far so good" in error.value.output


def test_a_connection_that_died_and_a_function_that_does_not_end_are_unknown(tmp_path: Path) -> None:
    with pytest.raises(Lost, match="gone: the connection is gone"):
        PYTHON.act(*called(tmp_path, "gone"))
    with pytest.raises(Lost, match=r"slow: it did not end in 0.01 s"):
        PYTHON.act(*called(tmp_path, "slow", timeout=0.01))


def test_a_secret_is_its_value_only_there(tmp_path: Path) -> None:
    where, written = called(tmp_path, "login", password=str(Reference.to("env", "PW")))
    where.vault = Vault(lambda: b"key", {"PW": "canary"})
    where.vault.learn(Reference.to("env", "PW"))
    assert PYTHON.act(where, written).data == {"output": "6"}


def test_only_its_check_can_settle_a_doubt(tmp_path: Path) -> None:
    where, written = called(tmp_path, "warm")
    assert PYTHON.look
    assert PYTHON.look(where, written) is None
    assert PYTHON.look(where, replace(written, args={**written.args, "check": "warmed"})) is True


def test_a_file_that_does_not_run_is_named(tmp_path: Path) -> None:
    where, written = called(tmp_path, "warm")
    (tmp_path / "tasks.py").write_text("import nosuchmodule\n")
    with pytest.raises(Failed, match=r"tasks\.py: ModuleNotFoundError: No module named 'nosuchmodule'"):
        PYTHON.act(where, written)

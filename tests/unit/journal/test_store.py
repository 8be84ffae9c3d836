"""The store: durable, gapless, fenced, shared by processes."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect, text, update

from zdd.errors import JournalLost, LeaseLost, Preflight, Usage
from zdd.journal.database import formats, waits
from zdd.journal.store import RunJournal, Store, default_folder
from zdd.model import Endpoint, Event, Plan, Play, Release, Target


class Wall:
    """A clock that a test sets."""

    at = 100.0

    def now(self) -> float:
        return self.at

    def wall(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        raise AssertionError("the store never sleeps")


@pytest.fixture
def clock() -> Wall:
    return Wall()


@pytest.fixture
def store(tmp_path: Path, clock: Wall) -> Iterator[Store]:
    opened = Store.open(tmp_path / "store", clock)
    yield opened
    opened.close()


def release(version: str) -> Release:
    return Release(version=version, id="0" * 64, path="/srv/shop")


def plan(run: str, *fleets: str, direction: str = "forward") -> Plan:
    endpoint = Endpoint(name="web1", address="10.0.0.1")
    target = Target(endpoint=endpoint, release=release("1.1"), before=release("1.0"))
    plays = tuple(Play(fleet=fleet, batches=(), targets={"web1": target}) for fleet in fleets or ("shop@lab",))
    return Plan(run=run, plays=plays, direction=direction, playbook="shop.yml")  # type: ignore[arg-type]


def event(kind: str = "task.started", **about: object) -> Event:
    return Event(kind=kind, **about)  # type: ignore[arg-type]


# -- events


def test_events_are_numbered_without_gaps_for_each_run(store: Store) -> None:
    store.create(plan("r1"))
    store.create(plan("r2"))
    assert [store.append(run, event()).seq for run in ("r1", "r2", "r1")] == [1, 1, 2]
    assert [e.seq for e in store.since("r1", 0)] == [1, 2]
    assert [e.seq for e in store.since("r1", 1)] == [2]


def test_what_was_appended_comes_back_with_its_plan(store: Store) -> None:
    store.create(plan("r1"))
    journal = RunJournal(store, "r1")
    written = journal.append(event("leg.started", plan=plan("r1"), at=12.5))
    assert journal.since(0) == [written]


def test_another_process_sees_what_was_appended(store: Store, tmp_path: Path) -> None:
    store.create(plan("r1"))
    store.append("r1", event(detail="here"))
    with closing(Store.open(tmp_path / "store")) as other:
        assert [e.detail for e in other.since("r1", 0)] == ["here"]


def test_who_was_taken_over_writes_no_more(store: Store) -> None:
    store.create(plan("r1"))
    store.append("r1", event(epoch=0))
    assert store.raise_epoch("r1") == 1
    with pytest.raises(LeaseLost, match="r1 was taken over"):
        store.append("r1", event(epoch=0))
    assert store.append("r1", event(epoch=1)).seq == 2


def test_whoever_asks_needs_no_epoch(store: Store, clock: Wall) -> None:
    store.create(plan("r1"))
    store.raise_epoch("r1")
    clock.at = 150.0
    asked = store.ask("r1", "skip", "web7", "ops@desk")
    assert store.since("r1", 0) == [asked]
    assert (asked.kind, asked.status, asked.detail, asked.at, asked.epoch) == ("asked", "skip", "web7", 150.0, 1)
    assert asked.data == {"by": "ops@desk"}


def test_a_run_that_was_never_registered_has_no_journal(store: Store) -> None:
    with pytest.raises(JournalLost, match="no run r9"):
        store.append("r9", event())


def test_threads_share_a_store(store: Store) -> None:
    store.create(plan("r1"))
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: store.append("r1", event()).seq, range(40)))
    assert sorted(given) == list(range(1, 41))


APPEND = """
import sys
from zdd.journal.store import Store
from zdd.model import Event
store = Store.open(sys.argv[1])
for number in range(30):
    store.append("r1", Event(kind="task.started", detail=f"{sys.argv[2]} {number}"))
"""


def test_two_processes_append_to_one_run(store: Store, tmp_path: Path) -> None:
    store.create(plan("r1"))
    folder = str(tmp_path / "store")
    both = [subprocess.Popen([sys.executable, "-c", APPEND, folder, name]) for name in ("a", "b")]
    assert [process.wait() for process in both] == [0, 0]
    found = store.since("r1", 0)
    assert [e.seq for e in found] == list(range(1, 61))
    for name in ("a", "b"):
        assert [e.detail for e in found if e.detail.startswith(name)] == [f"{name} {n}" for n in range(30)]


def test_two_processes_may_make_the_store_at_once(tmp_path: Path) -> None:
    program = "import sys; from zdd.journal.store import Store; Store.open(sys.argv[1]).runs()"
    many = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "new")]) for _ in range(3)]
    assert [process.wait() for process in many] == [0, 0, 0]


# -- lists of runs


def test_runs_are_listed_newest_first(store: Store, clock: Wall) -> None:
    store.create(plan("b-older", "shop@lab"))
    clock.at = 200.0
    store.create(plan("a-newer", "shop@lab", "blog@lab"))
    newer, older = store.runs()
    assert (newer.id, newer.fleets, newer.created) == ("a-newer", ("shop@lab", "blog@lab"), 200.0)
    assert (newer.playbook, newer.versions) == ("shop.yml", "1.0 → 1.1, 1.0 → 1.1")
    assert older.id == "b-older"
    assert [run.id for run in store.runs("blog@lab")] == ["a-newer"]


def test_a_list_shows_how_a_run_stands(store: Store) -> None:
    store.create(plan("r1"))
    assert (store.runs()[0].code, store.runs()[0].direction) == (None, "forward")
    store.append("r1", event("leg.started", plan=plan("r1", direction="revert"), at=300.0))
    store.append("r1", event("run.stopped", data={"code": 21}, at=310.0))
    run = store.runs()[0]
    assert (run.code, run.direction, run.last) == (21, "revert", 310.0)
    store.append("r1", event("run.resumed", at=320.0))
    assert store.runs()[0].code is None


@pytest.fixture
def several(store: Store, clock: Wall) -> Store:
    for number, run in enumerate(("20261124-1534-a3f9", "20261124-1601-a001", "20261125-0900-77aa")):
        clock.at = 100.0 + number
        store.create(plan(run, "blog@lab" if number == 2 else "shop@lab"))
    return store


@pytest.mark.parametrize(
    ("name", "run"),
    [
        ("20261125", "20261125-0900-77aa"),
        ("20261124-15", "20261124-1534-a3f9"),
        ("shop@lab", "20261124-1601-a001"),
        ("20261124-1534-a3f9", "20261124-1534-a3f9"),
    ],
)
def test_a_run_is_found_by_its_beginning_or_its_fleet(several: Store, name: str, run: str) -> None:
    assert several.find(name).id == run


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("20261124", "could be any of: 20261124-1601-a001, 20261124-1534-a3f9"),
        ("shopp@lab", "did you mean shop@lab"),
        ("20261124-1534-a3f8", "20261124-1534-a3f9"),
        ("", "no run or fleet ''"),
    ],
)
def test_a_name_that_is_not_clear_is_answered_with_those_that_are(several: Store, name: str, says: str) -> None:
    with pytest.raises(Usage, match=says):
        several.find(name)


# -- releases


def test_it_knows_the_releases_that_its_runs_froze(store: Store) -> None:
    assert not store.knows("abc")
    store.record("abc", "r1")
    store.record("abc", "r2")
    assert store.knows("abc")


# -- where it is, and when it breaks


def test_the_default_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert default_folder({"XDG_STATE_HOME": "/x"}) == Path("/x/zdd")
    assert default_folder({}) == Path.home() / ".local/state/zdd"
    monkeypatch.setenv("ZDD_STORE", str(tmp_path / "named"))
    with closing(Store.open()) as store:
        assert store.place == str(tmp_path / "named")


def test_nobody_else_may_look_in(store: Store) -> None:
    assert Path(store.place).stat().st_mode & 0o777 == 0o700


def test_the_journal_is_written_through_to_the_disk(store: Store) -> None:
    with store.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"not a database " * 100)
    with pytest.raises(Preflight, match="not a database"):
        Store.open(tmp_path)


def test_a_store_of_another_format_is_refused(store: Store, tmp_path: Path) -> None:
    with store.database.change() as connection:
        connection.execute(update(formats).values(version=99))
        connection.execute(text("DROP TABLE frozen_block"))
    with pytest.raises(Preflight, match="its format is 99"):
        Store.open(tmp_path / "store")
    with store.database.read() as connection:
        assert "frozen_block" not in inspect(connection).get_table_names(), "it was written to before it was refused"


def test_tables_of_something_else_are_never_taken_for_a_stores_own(store: Store, tmp_path: Path) -> None:
    with store.database.change() as connection:
        connection.execute(text("DROP TABLE zdd_format"))
    with pytest.raises(Preflight, match="tables of something else: event, "):
        Store.open(tmp_path / "store")


def test_a_database_torn_under_a_run_ends_it(store: Store) -> None:
    store.create(plan("r1"))
    for number in range(50):
        store.append("r1", event(detail=f"{number} " * 200))
    store.close()
    database = Path(store.place) / "journal.db"
    database.write_bytes(database.read_bytes()[:9000] + b"\xff" * 40000)
    with pytest.raises(JournalLost, match="cannot be used any more"):
        store.since("r1", 0)


def test_an_entry_that_cannot_be_read_ends_it(store: Store) -> None:
    store.create(plan("r1"))
    store.append("r1", event())
    with store.database.change() as connection:
        connection.exec_driver_sql("UPDATE event SET body = '{\"kind\": 1}'")
    with pytest.raises(JournalLost):
        store.since("r1", 0)


def test_a_disk_that_takes_no_more_ends_it(store: Store) -> None:
    store.create(plan("r1"))
    with store.database.read() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(JournalLost, match="readonly"):
        store.append("r1", event())
    assert store.since("r1", 0) == []


@pytest.mark.parametrize("url", ["postgresql+nosuchdriver://ops:hidden@db/zdd", "nosuch://ops:hidden@db/zdd"])
def test_a_database_that_cannot_be_reached_is_said_without_its_password(url: str) -> None:
    with pytest.raises(Preflight) as error:
        Store.open(url)
    assert "hidden" not in str(error.value)
    assert "***@db" in str(error.value)


def test_a_url_that_cannot_be_read_is_said() -> None:
    with pytest.raises(Usage, match="looks like postgresql"):
        Store.open("postgresql://ops:hidden@db:port/zdd")


def test_what_tasks_wait_for_is_one_note_and_no_event(store: Store) -> None:
    assert store.waits("r") == {}
    store.note_waits("r", {"a": "3 sessions"})
    store.note_waits("r", {"b": "1 session — 2 s left of 9 s"})
    assert store.waits("r") == {"b": "1 session — 2 s left of 9 s"}
    assert store.since("r", 0) == [] and store.waits("another") == {}


def test_a_store_that_was_made_before_there_were_notes_gets_them(tmp_path: Path) -> None:
    old = Store.open(tmp_path / "store")
    waits.drop(old.database.engine)
    old.close()
    opened = Store.open(tmp_path / "store")
    opened.note_waits("r", {"a": "b"})
    assert opened.waits("r") == {"a": "b"}
    opened.close()

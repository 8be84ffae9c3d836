"""Files outside of a release, as steps: what a host has kept of one is used if it is what the journal knows of it."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.unit.steps.fakes import FakeSite, site, task
from tests.unit.steps.machine import Machine
from zdd.errors import Failed
from zdd.model import Event, Target
from zdd.steps.written import COPY, RESTORE


@pytest.fixture
def where(machine: Machine, tmp_path: Path) -> FakeSite:
    here = site(session=machine)  # type: ignore[arg-type]
    target = here.play.targets["web1"]
    endpoint = replace(target.endpoint, state=str(tmp_path / "state"))
    here.play = replace(here.play, targets={"web1": Target(endpoint=endpoint, release=target.release)})
    (tmp_path / "new").write_text("new")
    (tmp_path / "shop.conf").write_text("old")
    here.contents = {sha256(b"new").hexdigest(): tmp_path / "new"}
    return here


def put(where: FakeSite, dest: Path) -> None:
    """As a run does it: what comes of it is in the journal."""
    args = {"dest": str(dest), "digest": sha256(b"new").hexdigest()}
    copy = task("copy", part="change", args=args)
    done = COPY.act(where, copy)
    where.state.had |= {("web1", done.data["dest"]): done.data["kept"]}


def lie(where: FakeSite, text: str) -> None:
    """The host has kept something else by now, and its own note of it agrees."""
    [note] = Path(where.play.targets["web1"].endpoint.state).rglob("*.was")
    note.write_text(sha256(text.encode()).hexdigest())
    note.with_suffix(".old").write_text(text)


def test_it_is_put_back(where: FakeSite, tmp_path: Path) -> None:
    put(where, dest := tmp_path / "shop.conf")
    assert dest.read_text() == "new"
    RESTORE.act(where, task("restore", args={"dest": str(dest), "run": "r1"}))
    assert dest.read_text() == "old"


def test_what_the_journal_does_not_know_is_not(where: FakeSite, tmp_path: Path) -> None:
    put(where, dest := tmp_path / "shop.conf")
    lie(where, "evil")
    with pytest.raises(Failed, match=r"shop\.conf is not what the journal knows"):
        RESTORE.act(where, task("restore", args={"dest": str(dest), "run": "r1"}))
    assert dest.read_text() == "new"


def test_where_the_journal_knows_nothing_the_hosts_word_is_taken(where: FakeSite, tmp_path: Path) -> None:
    put(where, dest := tmp_path / "shop.conf")
    where.state.had.clear()
    RESTORE.act(where, task("restore", args={"dest": str(dest), "run": "r1"}))
    assert dest.read_text() == "old"


def test_the_journal_learns_it_from_the_task_that_put_the_file(where: FakeSite) -> None:
    copy = task("copy", part="change")
    pipeline = where.play.batches[0].pipelines[0]
    where.state._places.tasks[copy.id] = (copy, replace(pipeline, tasks=(copy,)), where.play.batches[0])
    ended = Event(kind="task.ended", task=copy.id, status="ok", data={"dest": "/etc/shop.conf", "kept": "absent"})
    where.state.apply(ended)
    assert where.state.had == {("web1", "/etc/shop.conf"): "absent"}

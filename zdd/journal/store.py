"""Where runs are kept: their events, and what lists of runs show. Several processes may use one store at once."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, make_url, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from zdd.clock import Clock, SystemClock
from zdd.errors import Finding, JournalLost, LeaseLost, Preflight, Usage, ZddError
from zdd.journal.codec import event_text, read_event
from zdd.journal.database import Database, events, fleets, releases, runs, waits
from zdd.journal.files import Files
from zdd.journal.run_record import RunRecord, versions
from zdd.journal.shared_files import SharedFiles
from zdd.model import Event, Plan

BROKEN = (SQLAlchemyError, OSError, ImportError, ValueError)  # disk, database, its driver, or an entry in it


class Store:
    """The runs of one place. Safe to use from several threads."""

    def __init__(self, place: str, database: Database, files: Files, clock: Clock) -> None:
        self.place, self.database, self.files, self._clock = place, database, files, clock

    @classmethod
    def open(cls, place: str | Path | None = None, clock: Clock | None = None) -> "Store":
        """A folder, a database URL, or nothing for the default. Raises `Preflight` where that cannot be used."""
        where = str(place or os.environ.get("ZDD_STORE") or default_folder(os.environ))
        remote = "://" in where
        folder = default_folder(os.environ) if remote else Path(where).expanduser().absolute()
        shown = without_password(where) if remote else str(folder)
        with _said(_unusable(shown)):
            database = Database.at(where) if remote else Database.in_folder(folder)
        files = Files(folder / "files", SharedFiles(database) if remote else None)
        return cls(shown, database, files, clock or SystemClock())

    def close(self) -> None:
        self.database.close()

    # -- the events of a run

    def create(self, plan: Plan) -> None:
        """Register a run with its fleets."""
        now = self._clock.wall()
        row = {"id": plan.run, "created": now, "playbook": plan.playbook, "versions": versions(plan)}
        row |= {"by": plan.by, "reason": plan.reason, "around": " ".join(plan.around)}
        names = [{"run": plan.run, "position": n, "fleet": fleet} for n, fleet in enumerate(plan.fleets)]
        with _said(_unusable(self.place)), self.database.change() as connection:
            connection.execute(runs.insert().values(**row, direction=plan.direction, epoch=0, seq=0, last=now))
            connection.execute(fleets.insert(), names)

    def append(self, run: str, event: Event) -> Event:
        """Durable when it returns, with the number that it was given. Raises `LeaseLost` for an event of a process that
        another one has taken over from, `JournalLost` when it cannot be written."""
        with _said(self._lost), self.database.change() as connection:
            row = self._locked(connection, run)
            if row.epoch > event.epoch:
                raise LeaseLost(f"{run} was taken over: its epoch is {row.epoch}, this process has {event.epoch}")
            return self._write(connection, row, event)

    def ask(self, run: str, verb: str, detail: str = "", who: str = "", why: str = "") -> Event:
        """What another process wants of the run; the one that has the lease reads it."""
        data = {key: text for key, text in (("by", who), ("why", why)) if text}
        event = Event(kind="asked", status=verb, detail=detail, data=data, at=self._clock.wall())
        with _said(self._lost), self.database.change() as connection:
            row = self._locked(connection, run)
            return self._write(connection, row, replace(event, epoch=row.epoch))

    def since(self, run: str, seq: int) -> list[Event]:
        """What came after that number, in order."""
        query = select(events.c.body).where(events.c.run == run, events.c.seq > seq).order_by(events.c.seq)
        with _said(self._lost), self.database.read() as connection:
            return [read_event(body) for body in connection.scalars(query)]

    def raise_epoch(self, run: str) -> int:
        """From now on whoever had the run before can write no more."""
        with _said(self._lost), self.database.change() as connection:
            epoch = int(self._locked(connection, run).epoch) + 1
            connection.execute(runs.update().where(runs.c.id == run).values(epoch=epoch))
            return epoch

    def note_waits(self, run: str, note: Mapping[str, str]) -> None:
        """Task id -> what it waits for, in the place of what was noted before."""
        text = json.dumps(note, ensure_ascii=False)
        with _said(self._lost), self.database.change() as connection:
            if not connection.execute(waits.update().where(waits.c.run == run).values(note=text)).rowcount:
                connection.execute(waits.insert().values(run=run, note=text))

    def waits(self, run: str) -> dict[str, str]:
        """The newest note; of tasks that have ended since, too."""
        with _said(self._lost), self.database.read() as connection:
            text = connection.scalar(select(waits.c.note).where(waits.c.run == run))
        return {str(task): str(what) for task, what in json.loads(text).items()} if text else {}

    def _locked(self, connection: Connection, run: str) -> Row[Any]:
        row = connection.execute(select(runs).where(runs.c.id == run).with_for_update()).first()
        if row is None:
            raise JournalLost(f"the store {self.place} has no run {run}")
        return row

    def _write(self, connection: Connection, row: Row[Any], event: Event) -> Event:
        written = replace(event, seq=row.seq + 1)
        connection.execute(events.insert().values(run=row.id, seq=written.seq, body=event_text(written)))
        about = {"seq": written.seq, "last": written.at, **_told(written)}
        connection.execute(runs.update().where(runs.c.id == row.id).values(**about))
        return written

    def _lost(self, error: Exception) -> ZddError:
        return JournalLost(f"the journal in {self.place} cannot be used any more: {_words(error)}")

    # -- lists of runs

    def runs(self, fleet: str | None = None) -> list[RunRecord]:
        """Newest first."""
        query = select(runs).order_by(runs.c.created.desc(), runs.c.id.desc())
        if fleet is not None:
            query = query.where(runs.c.id.in_(select(fleets.c.run).where(fleets.c.fleet == fleet)))
        with _said(_unusable(self.place)), self.database.read() as connection:
            names = _fleets(connection)
            return [_record(row, names.get(row.id, ())) for row in connection.execute(query)]

    def has(self, run: str) -> bool:
        return any(known.id == run for known in self.runs())

    def find(self, name: str) -> RunRecord:
        """The run whose id begins so, or the newest of that fleet. Raises `Usage` with what there is instead."""
        known = self.runs()
        of_fleet = [run for run in known if name in run.fleets]
        if of_fleet:
            return of_fleet[0]
        found = [run for run in known if name and run.id.startswith(name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise ambiguous(name, [run.id for run in found])
        raise unknown(
            name, [*dict.fromkeys(fleet for run in known for fleet in run.fleets), *(run.id for run in known)]
        )

    # -- releases

    def record(self, digest: str, run: str) -> None:
        """A run of this store has frozen the release record with that digest."""
        with _said(self._lost), self.database.change() as connection:
            if connection.scalar(select(releases.c.run).where(releases.c.digest == digest)) is None:
                connection.execute(releases.insert().values(digest=digest, run=run))

    def knows(self, digest: str) -> bool:
        with _said(_unusable(self.place)), self.database.read() as connection:
            return connection.scalar(select(releases.c.run).where(releases.c.digest == digest)) is not None


class RunJournal:
    """The store as the engine of one run sees it."""

    def __init__(self, store: Store, run: str) -> None:
        self._store, self._run = store, run

    def append(self, event: Event) -> Event:
        written = self._store.append(self._run, event)
        if digest := event.data.get("record"):
            self._store.record(str(digest), self._run)
        return written

    def since(self, seq: int) -> list[Event]:
        return self._store.since(self._run, seq)


def without_password(url: str) -> str:
    """A database's URL as anybody may see it. Raises `Usage` for what is none."""
    try:
        return make_url(url).render_as_string()
    except (ArgumentError, ValueError) as error:
        raise Usage("the store's URL cannot be read; it looks like postgresql+psycopg://user@host/database") from error


def default_folder(environment: Mapping[str, str]) -> Path:
    state = environment.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state).expanduser() / "zdd"


@contextmanager
def _said(how: Callable[[Exception], ZddError]) -> Iterator[None]:
    """What a database or a disk says, as an error that a person can read."""
    try:
        yield
    except BROKEN as error:
        raise how(error) from error


def _unusable(place: str) -> Callable[[Exception], ZddError]:
    """Before a run has begun nothing was touched."""
    return lambda error: Preflight([Finding(f"store {place}", _words(error), "--store or ZDD_STORE name another one")])


def _words(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip()


def _told(event: Event) -> dict[str, Any]:
    """What an event says that lists of runs show."""
    if event.plan:
        return {"direction": event.plan.direction}
    if event.kind == "run.stopped":
        return {"code": event.data.get("code")}
    if event.kind == "asked" and event.status == "abandon":
        return {"given_up": event.detail}
    return {"code": None} if event.kind == "run.resumed" else {}


def _fleets(connection: Connection) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(select(fleets).order_by(fleets.c.position)):
        found[row.run] = (*found.get(row.run, ()), row.fleet)
    return found


def _record(row: Row[Any], names: tuple[str, ...]) -> RunRecord:
    return RunRecord(**row._mapping, fleets=names)


def ambiguous(name: str, found: Sequence[str]) -> Usage:
    return Usage(f"{name} could be any of: {', '.join(found)}", ("zdd history",))


def unknown(name: str, known: Sequence[str], what: str = "run or fleet") -> Usage:
    """There is nothing of that name; those that were probably meant."""
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return Usage(f"no {what} {name!r} in the store{hint}", ("zdd history",))

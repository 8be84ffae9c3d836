"""Which run a verb means."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zdd.cli.desk import Desk
    from zdd.journal.run_record import RunRecord
    from zdd.journal.state import State


def found(desk: "Desk", name: str) -> "RunRecord":
    """By the beginning of its id, or its fleet; without a name the newest, if the store knows one fleet only (R22)."""
    from zdd.errors import Usage

    if name:
        return desk.store.find(name)
    runs = desk.store.runs()
    fleets = dict.fromkeys(fleet for run in runs for fleet in run.fleets)
    if not runs:
        raise Usage("the store has no runs yet")
    if len(fleets) > 1:
        raise Usage(f"which fleet? there are {', '.join(fleets)}")
    begun = [run for run in runs if run.seq]  # one that was killed before its first event touched nothing
    return max(begun or runs, key=lambda run: run.last)


def to_revert(desk: "Desk", name: str) -> "RunRecord":
    """As named; without a run's id the newest that left something to take back."""
    record = found(desk, name)
    if name and record.id.startswith(name):
        return record
    fleet = name if name else record.fleets[0]
    return next((run for run in desk.store.runs(fleet) if state_of(desk, run.id).touched), record)


def newest(desk: "Desk", run: "RunRecord") -> None:
    """A run that a later one came after is history: its hosts are not as it left them."""
    from zdd.cli.unfinished import never_touched
    from zdd.errors import Usage

    for fleet in run.fleets:
        for later in desk.store.runs(fleet):
            if later.id == run.id:
                break
            if not never_touched(state_of(desk, later.id)):
                raise Usage(f"run {later.id} of {fleet} came after {run.id}: that one is the one to resume or revert")


def state_of(desk: "Desk", run: str) -> "State":
    from zdd.journal.state import fold

    return fold(desk.store.since(run, 0))

"""`zdd pause` and `zdd abort`: what a person asks of a run that is on, from any terminal with its store."""

from zdd.cli import options
from zdd.cli.saying import say


def pause(run: options.RunName, reason: options.Reason = "", store: options.StoreAt = "") -> int:
    """Let a run start no new host; those in flight finish. `zdd resume` ends it.

    zdd pause shop@production --reason "checkout is slow"
    """
    return _ask(run, "pause", reason, store)


def abort(run: options.RunName, reason: options.Reason = "", store: options.StoreAt = "") -> int:
    """Let a run start nothing new; then it does what its playbook says under on_failure.

    zdd abort shop@production --reason "wrong version"
    """
    return _ask(run, "abort", reason, store)


def _ask(name: str, verb: str, reason: str, store: str) -> int:
    from getpass import getuser

    from zdd.cli.desk import opened
    from zdd.cli.finding import found
    from zdd.errors import Usage

    with opened(store) as desk:
        record = found(desk, name)
        if record.code is not None:
            raise Usage(f"run {record.id} is not on: it ended with {record.code}")
        desk.store.ask(record.id, verb, reason, getuser())
        say(f"asked run {record.id} to {verb}")
    return 0

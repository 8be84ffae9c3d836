"""`zdd resume`."""

from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli import options

if TYPE_CHECKING:
    from zdd.cli.emergencies import Word
    from zdd.journal.run_record import RunRecord
    from zdd.journal.state import State
    from zdd.model import Plan, Play


Settle = Annotated[
    list[str],
    typer.Option(
        "--settle", metavar="HOST=WORD", help="HOST=done or HOST=again: what a doubt comes to.", show_default=False
    ),
]


def resume(
    run: options.RunName = "",
    *,
    without: options.Without,
    settle: Settle = [],  # noqa: B006 - Typer copies it
    consent: options.Consent,
    hours: options.Hours,
    ask_become_pass: options.AskBecomePass = False,
    output: options.Shown = options.Output.auto,
    store: options.StoreAt = "",
) -> int:
    """Carry on a run that stopped, in the direction it was going, from what was frozen then.

    zdd resume 20261124-0203-a3f9 --settle web3=done
    """
    from zdd.cli.answering import answered
    from zdd.cli.desk import opened
    from zdd.cli.drifting import drifted
    from zdd.cli.emergencies import Word, taken
    from zdd.cli.finding import found, newest, state_of
    from zdd.cli.hours import let_in
    from zdd.cli.recalling import recalled
    from zdd.cli.running import confirmed, go_on

    with answered(output.value), opened(store, password=ask_become_pass) as desk:
        record = found(desk, run)
        newest(desk, record)
        state = state_of(desk, record.id)
        forward = _forward(record, state)
        if not state.reverting:
            let_in(forward.plays, hours.wait_window, hours.override, record.id)
        words = taken(state, without, consent.reason)
        words += [_settled(text, forward.plays) for text in settle]
        words += [Word("override", hours.override)] if hours.override else []
        drifted(state, without.skip)
        recalled(desk.vault, state)
        confirmed(f"Resume run {record.id} of {', '.join(record.fleets)}?", consent.yes)
        return go_on(desk, record.id, words, consent.reason or "resume", output.value, at_any_time=bool(hours.override))


def _forward(record: "RunRecord", state: "State") -> "Plan":
    """Raises `Usage` where there is nothing to carry on."""
    from zdd.errors import Usage

    if record.code in (0, 21) or "abandon" in state.asked:
        how = "was given up" if "abandon" in state.asked else "has ended"
        raise Usage(f"run {record.id} {how}: there is nothing to carry on")
    if state.forward is None:
        raise Usage(f"run {record.id} never began, and touched nothing: deploy again")
    return state.forward


def _settled(text: str, plays: "tuple[Play, ...]") -> "Word":
    from zdd.cli.emergencies import Word
    from zdd.errors import Usage

    host, _, word = text.partition("=")
    if word not in ("done", "again"):
        raise Usage(f"--settle {text}: write HOST=done if it happened, HOST=again if it did not")
    if not any(host in play.targets or any(host == task.on for task in play.tasks()) for play in plays):
        raise Usage(f"--settle {text}: the run does nothing on {host}")
    return Word(word, host)

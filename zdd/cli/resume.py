"""`zdd resume`."""

from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli import options

if TYPE_CHECKING:
    from zdd.cli.emergencies import Word
    from zdd.model import Play


def resume(
    run: options.RunName = "",
    skip: options.Skip = [],  # noqa: B006 - Typer copies it
    without_balancer: options.WithoutBalancer = [],  # noqa: B006
    settle: Annotated[
        list[str],
        typer.Option(
            "--settle", metavar="HOST=WORD", help="HOST=done or HOST=again: what a doubt comes to.", show_default=False
        ),
    ] = [],  # noqa: B006
    reason: options.Reason = "",
    *,
    hours: options.Hours,
    yes: options.Yes = False,
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
    from zdd.errors import Usage

    with answered(output.value), opened(store, password=ask_become_pass) as desk:
        record = found(desk, run)
        newest(desk, record)
        state = state_of(desk, record.id)
        if record.code in (0, 21) or "abandon" in state.asked:
            how = "was given up" if "abandon" in state.asked else "has ended"
            raise Usage(f"run {record.id} {how}: there is nothing to carry on")
        if state.forward is None:
            raise Usage(f"run {record.id} never began, and touched nothing: deploy again")
        if not state.reverting:
            let_in(state.forward.plays, hours.wait_window, hours.override, record.id)
        words = taken(state, skip, without_balancer, reason)
        words += [_settled(text, state.forward.plays) for text in settle]
        words += [Word("override", hours.override)] if hours.override else []
        drifted(state, skip)
        recalled(desk.vault, state)
        confirmed(f"Resume run {record.id} of {', '.join(record.fleets)}?", yes)
        return go_on(desk, record.id, words, reason or "resume", output.value, at_any_time=bool(hours.override))


def _settled(text: str, plays: "tuple[Play, ...]") -> "Word":
    from zdd.cli.emergencies import Word
    from zdd.errors import Usage

    host, _, word = text.partition("=")
    if word not in ("done", "again"):
        raise Usage(f"--settle {text}: write HOST=done if it happened, HOST=again if it did not")
    if not any(host in play.targets or any(host == task.on for task in play.tasks()) for play in plays):
        raise Usage(f"--settle {text}: the run does nothing on {host}")
    return Word(word, host)

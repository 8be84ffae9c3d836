"""`zdd revert`."""

from zdd.cli import options


def revert(
    run: options.RunName = "",
    *,
    without: options.Without,
    consent: options.Consent,
    ask_become_pass: options.AskBecomePass = False,
    output: options.Shown = options.Output.auto,
    store: options.StoreAt = "",
) -> int:
    """Take the hosts of a run back to what they ran before it. Alone: the fleet's newest run.

    zdd revert 20261124-0203-a3f9
    """
    from zdd.cli.answering import answered
    from zdd.cli.desk import opened
    from zdd.cli.emergencies import taken
    from zdd.cli.finding import newest, state_of, to_revert
    from zdd.cli.recalling import recalled
    from zdd.cli.running import confirmed, go_on
    from zdd.engine.lease import person
    from zdd.errors import Usage

    with answered(output.value), opened(store, password=ask_become_pass) as desk:
        record = to_revert(desk, run)
        newest(desk, record)
        state = state_of(desk, record.id)
        if not state.touched:
            raise Usage(f"run {record.id}: every host of it is as it was found")
        words = taken(state, without, consent.reason)
        recalled(desk.vault, state, back=True)
        confirmed(f"Revert {', '.join(state.touched)} of {', '.join(record.fleets)}?", consent.yes)
        desk.store.ask(record.id, "revert", consent.reason, person())
        return go_on(desk, record.id, words, consent.reason or "revert", output.value)

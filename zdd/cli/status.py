"""`zdd status`."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from zdd.cli import options

if TYPE_CHECKING:
    from zdd.balancers.traffic import Snapshot
    from zdd.cli.desk import Desk
    from zdd.journal.state import State
    from zdd.model import Play
    from zdd.report.lease_text import Seen
    from zdd.report.status_text import HostStatus, Live
    from zdd.steps.host_state import HostState

AT_ONCE = 32


def status(
    run: options.RunName = "",
    watching: Annotated[
        bool, typer.Option("-w", "--watch", help="Look on at a run until it stops; ends with its exit code.")
    ] = False,
    ask_become_pass: options.AskBecomePass = False,
    output: options.Shown = options.Output.auto,
    store: options.StoreAt = "",
) -> int:
    """Show what every host of a run is by the journal, and what it is now; disagreements are marked. Also who holds the
    fleet, which hosts bear marks, what failed, and what to type next.

    zdd status shop@production -w
    """
    from zdd.cli.desk import opened
    from zdd.cli.finding import found, state_of
    from zdd.cli.typed import typed
    from zdd.cli.watching import watch
    from zdd.report.standing import standing

    with opened(store, password=ask_become_pass) as desk:
        record = found(desk, run)
        if watching:
            return watch(desk, record, output.value)
        state = state_of(desk, record.id)
        plays = state.forward.plays if state.forward else ()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            leases = dict(pool.map(lambda play: (play.fleet, _lease(desk, play)), plays))
            snapshots = dict(pool.map(lambda play: (play.fleet, _snapshot(desk, play)), plays))
            hosts = list(pool.map(lambda one: _live(desk, plays, snapshots, one), _recorded(state)))
        typer.echo(standing(record, state, hosts, leases, typed().again))
    return 0


def _recorded(state: "State") -> "Sequence[HostStatus]":
    from zdd.report.recorded import recorded
    from zdd.report.status_text import HostStatus

    return [HostStatus(recorded=host) for host in recorded(state)]


def _lease(desk: "Desk", play: "Play") -> "Seen":
    from zdd.cli.leasing import Keeping

    return Keeping.of_play(play).lease(desk).look()


def _snapshot(desk: "Desk", play: "Play") -> "Snapshot | None":
    from zdd.cli.marks import snapshot_of

    return snapshot_of(desk, play)


def _live(
    desk: "Desk", plays: "Sequence[Play]", snapshots: "Mapping[str, Snapshot | None]", one: "HostStatus"
) -> "HostStatus":
    """The journal's word and, beside it, the host's own."""
    from zdd.cli.marks import host_state
    from zdd.errors import Failed, Lost
    from zdd.report.status_text import Live

    play = next(play for play in plays if play.fleet == one.recorded.fleet)
    target = play.targets[one.recorded.host]
    try:
        state = host_state(desk, target.endpoint, play.fleet, target.release or target.before)
    except (Lost, Failed) as error:
        return replace(one, live=Live(note=str(error)))
    return replace(one, live=_seen(play, one.recorded.host, state, snapshots[play.fleet]))


def _seen(play: "Play", host: str, state: "HostState", snapshot: "Snapshot | None") -> "Live":
    from zdd.report.status_text import Live

    marks = tuple(mark.run for mark in state.marks)
    if snapshot is None or not play.balancers:
        silent = "a balancer does not answer" if play.balancers else ""
        return Live(runs=state.current, marks=marks, note=", ".join(filter(None, (state.note, silent))))
    admin = snapshot.admin(host)
    held = bool(admin) and "ready" not in admin.values() and not marks and not state.note
    return Live(
        runs=state.current,
        serving=snapshot.up(host),
        balancers=", ".join(f"{name}: {word}" for name, word in admin.items()),
        marks=marks,
        note=state.note or ("held by an operator" if held else ""),
    )

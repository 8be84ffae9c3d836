"""`zdd status`."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import typer

from zdd.cli import options

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zdd.balancers.traffic import Snapshot
    from zdd.cli.desk import Desk
    from zdd.journal.state import State
    from zdd.model import Play
    from zdd.report.status_text import HostStatus, Live


def status(run: options.RunName = "", store: options.StoreAt = "") -> int:
    """Show what every host of a run is by the journal, and what it is now; disagreements are marked.

    zdd status shop@production
    """
    from zdd.cli.desk import opened
    from zdd.cli.finding import found, state_of
    from zdd.report.history_text import ending
    from zdd.report.status_text import status_text

    with opened(store) as desk:
        record = found(desk, run)
        typer.echo(f"run {record.id}  {record.versions}  {ending(record)}")
        typer.echo(status_text(list(_hosts(desk, state_of(desk, record.id)))))
    return 0


def _hosts(desk: "Desk", state: "State") -> "Iterable[HostStatus]":
    """The journal's word and the host's own, side by side."""
    from zdd.report.recorded import recorded
    from zdd.report.status_text import HostStatus

    plays = {play.fleet: play for play in state.forward.plays} if state.forward else {}
    snapshots = {fleet: _snapshot(desk, play) for fleet, play in plays.items()}
    hosts = recorded(state)
    with ThreadPoolExecutor(16) as pool:
        lives = pool.map(lambda h: _live(desk, plays[h.fleet], h.host, snapshots[h.fleet]), hosts)
        return [HostStatus(recorded=host, live=live) for host, live in zip(hosts, lives, strict=True)]


def _snapshot(desk: "Desk", play: "Play") -> "Snapshot | None":
    from zdd.engine.outside import Outside
    from zdd.errors import Failed, Lost

    try:
        return Outside(desk.sessions, desk.store.files, {play.fleet: 0}).traffic(play).read()
    except (Lost, Failed):
        return None


def _live(desk: "Desk", play: "Play", host: str, snapshot: "Snapshot | None") -> "Live":
    from zdd.errors import Failed, Lost
    from zdd.report.status_text import Live
    from zdd.steps.host_state import parse, read_host
    from zdd.steps.place import Home, login

    target = play.targets[host]
    release = target.release or target.before
    path = release.path if release else "/"
    try:
        command = read_host(Home(target.endpoint.state, play.fleet), path).by(login(target.endpoint))
        runs = parse(desk.sessions.open(target.endpoint).run(command).out, path).current
    except (Lost, Failed) as error:
        return Live(note=str(error))
    if snapshot is None or not play.balancers:
        return Live(runs=runs, note="a balancer does not answer" if play.balancers else "")
    said = ", ".join(f"{name}: {admin}" for name, admin in snapshot.admin(host).items())
    return Live(runs=runs, serving=snapshot.up(host), balancers=said)

"""What runs have left on hosts: marks of runs that are not finished, and notes about hosts that zdd left out."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from zdd.balancers.traffic import Snapshot
from zdd.cli.desk import Desk
from zdd.cli.unfinished import FINISHED
from zdd.engine.outside import Outside
from zdd.errors import Failed, Lost, Unfinished
from zdd.model import Endpoint, Play, Release
from zdd.steps import mark
from zdd.steps.findings import ways_on
from zdd.steps.host_state import HostState, parse, read_host
from zdd.steps.mark import Mark
from zdd.steps.place import Home, endpoint_of, login
from zdd.transport import Session
from zdd.transport.fence import Fenced

AT_ONCE = 32


def host_state(desk: Desk, endpoint: Endpoint, fleet: str, release: Release | None = None) -> HostState:
    """The host's own word. Raises `Lost`, or `Failed` where it cannot be looked at."""
    result = desk.sessions.open(endpoint).run(read_host(Home(endpoint.state, fleet), release).by(login(endpoint)))
    if not result.ok:
        raise Failed(f"{endpoint.name} cannot be looked at: {result.last_words or f'exit {result.exit}'}")
    return parse(result.out, release)


def refuse_marked(desk: Desk, play: Play, host: str) -> None:
    """R15: a host with the mark of an unfinished run, of whatever fleet, is that run's."""
    runs = {run.id: run.code for run in desk.store.runs()}
    for found in host_state(desk, endpoint_of(play, host), play.fleet).marks:
        if runs.get(found.run) not in FINISHED:
            raise Unfinished(f"{host} bears the mark of run {found.run}: {ways_on(found.run, runs)}")


def marked(desk: Desk, plays: Iterable[Play]) -> list[str]:
    """Runs whose marks these plays' hosts bear. One that does not answer may bear others."""
    places = [(play, host) for play in plays for host in _hosts(play)]

    def runs(place: tuple[Play, str]) -> list[str]:
        play, host = place
        try:
            marks = host_state(desk, endpoint_of(play, host), play.fleet).marks
            return [mark.run for mark in marks if mark.fleet in (play.fleet, "")]
        except (Lost, Failed):
            return []

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(dict.fromkeys(run for runs in pool.map(runs, places) for run in runs))


def take_marks_off(desk: Desk, play: Play, run: str, epoch: int) -> list[str]:
    """The run's marks, from all hosts of the play; those that were not reached keep theirs, and are named. Where the
    run has left a host out of its balancers a note says so, or the next deploy would take it for held (R14)."""
    snapshot = snapshot_of(desk, play)
    hosts = _hosts(play)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = pool.map(lambda host: _unmark(desk, play, host, run, epoch, snapshot), hosts)
        return [host for host, gone in zip(hosts, done, strict=True) if not gone]


def _hosts(play: Play) -> list[str]:
    """Those that a run of it may have touched."""
    return list(play.targets) or list(play.hosts)


def snapshot_of(desk: Desk, play: Play) -> Snapshot | None:
    """What the play's balancers say now; None where one does not answer."""
    try:
        return Outside(desk.sessions, desk.store.files, {play.fleet: 0}).traffic(play).read()
    except (Lost, Failed):
        return None


def _unmark(desk: Desk, play: Play, host: str, run: str, epoch: int, snapshot: Snapshot | None) -> bool:
    endpoint = endpoint_of(play, host)
    home = Home(endpoint.state, play.fleet)
    try:
        marks = host_state(desk, endpoint, play.fleet).marks
        session = Fenced(desk.sessions.open(endpoint), endpoint, play.fleet, epoch)
        for found in marks:
            if found.run == run and left_out(snapshot, found, host):
                session.run(mark.note(home, run).by(login(endpoint)))
        session.run(mark.remove(home, run, note=True).by(login(endpoint)))
    except (Lost, Failed):
        return False
    return True


def left_out(snapshot: Snapshot | None, found: Mark, host: str) -> bool:
    """Out of a balancer in which the run had found it ready; or nobody can tell."""
    before = found.found.get("balancers", {})
    ready = {name for name, word in before.items() if word == "ready"}
    return bool(ready) and (snapshot is None or any(snapshot.admin(host).get(name) != "ready" for name in ready))


def take_note_off(session: Session, play: Play, host: str) -> None:
    """From now on it is a person who has the host out, or in."""
    endpoint = endpoint_of(play, host)
    session.run(mark.forget_note(Home(endpoint.state, play.fleet)).by(login(endpoint)))

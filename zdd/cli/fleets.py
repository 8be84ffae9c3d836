"""Which fleet a verb means: by its name or a run of it, or by a playbook, so that the store need not know it yet."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zdd.cli.desk import Desk
    from zdd.cli.options import Files
    from zdd.model import Play


def fleet_of(desk: "Desk", name: str, files: "Files") -> "Play":
    """By a playbook, a fleet's name, or a run; alone where the store knows one fleet only. Raises `Usage`."""
    from zdd.errors import Usage

    plays = plays_of(desk, name, files)
    if len(plays) > 1:
        raise Usage(f"which fleet? there are {', '.join(play.fleet for play in plays)}")
    return plays[0]


def fleet_with(desk: "Desk", host: str, name: str, files: "Files") -> "Play":
    """The fleet in which that host is. Without a name every fleet of the store is looked at."""
    from zdd.errors import Usage

    known = plays_of(desk, name, files) if name else all_fleets(desk)
    plays = [play for play in known if host in play.hosts]
    if not plays:
        raise Usage(f"no host {host} in {_where(host, known)}")
    if len(plays) > 1:
        raise Usage(f"{host} is in {', '.join(play.fleet for play in plays)}: say which")
    return plays[0]


def _where(host: str, known: "Sequence[Play]") -> str:
    """Who was looked at, and which name was probably meant."""
    from zdd.config.source import nearest

    if not known:
        return f"the store, which has no runs yet: say which playbook, `{host} shop.yml -i INVENTORY`"
    near = nearest(host, [name for play in known for name in play.hosts])
    return " or ".join(play.fleet for play in known) + (f"; did you mean {near}?" if near else "")


def plays_of(desk: "Desk", name: str, files: "Files") -> "list[Play]":
    """By a playbook; else what the store knows by that name."""
    if is_playbook(name):
        return _of_playbook(Path(name), files)
    return _of_store(desk, name)


def _of_store(desk: "Desk", name: str) -> "list[Play]":
    from zdd.cli.finding import found, state_of
    from zdd.errors import Usage

    record = found(desk, name)
    forward = state_of(desk, record.id).forward
    if forward is None:
        raise Usage(f"run {record.id} never began, so that nothing is known of its fleet: name the playbook, with -i")
    return [play for play in forward.plays if name not in forward.fleets or play.fleet == name]


def is_playbook(name: str) -> bool:
    return name.endswith((".yml", ".yaml")) or (bool(name) and Path(name).is_file())


def _of_playbook(playbook: Path, files: "Files") -> "list[Play]":
    from zdd.cli.reading import read_outlines
    from zdd.plan.outline import outline

    return [outline(play) for play in read_outlines(playbook, files)]


def all_fleets(desk: "Desk") -> "list[Play]":
    """Each fleet as its newest run knew it."""
    fleets = dict.fromkeys(fleet for run in desk.store.runs() for fleet in run.fleets)
    return [play for fleet in fleets for play in _of_store(desk, fleet)]

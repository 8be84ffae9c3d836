"""Today's inventory beside the one that a run was planned with: told before a person says go on (R22)."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from zdd.cli.inventories import read_inventory
from zdd.cli.machines import endpoint_in
from zdd.cli.saying import say
from zdd.errors import Invalid, Usage, ZddError
from zdd.journal.state import State
from zdd.model import Endpoint, Plan, Play
from zdd.plan.drift import Today, drift

if TYPE_CHECKING:
    from zdd.config.inventory import Inventory


def drifted(state: State, skip: Collection[str]) -> None:
    """Say it. Raises `Usage` where a host is gone that the run would still work on; the way back of a whole run needs
    nothing of today's inventory."""
    assert state.forward and state.plan
    try:
        read = _read(state.forward)
        sentences = [text for play in state.forward.plays for text in drift(play, _today(read, play))]
    except (ZddError, OSError) as error:
        say(f"the inventory cannot be read, so nobody can tell how it has drifted: {error}")
        return
    for sentence in dict.fromkeys(sentences):
        say(f"drift: {sentence}")
    targets = [host for play in state.forward.plays for host in play.targets]
    gone = [host for host in targets if host not in {*read.hosts, *skip, *state.skipped}]
    if gone and not (state.reverting and state.plan.scope == "all"):
        words = " ".join(f"--skip {host}" for host in gone)
        raise Usage(f"{', '.join(gone)}: gone from the inventory, and not yet done with: say {words} --reason WHY")


def _read(plan: Plan) -> "Inventory":
    return read_inventory([Path(path) for path in plan.inventories], Path(plan.playbook).parent)


def _today(read: "Inventory", play: Play) -> Today:
    """A play that was frozen before its pattern was has the hosts that it had."""
    names = {*play.targets, *play.machines} & set(read.hosts)
    endpoints = {name: there for name in names if (there := _endpoint(read, name))}
    return Today(frozenset(read.hosts), _selected(read, play), endpoints)


def _selected(read: "Inventory", play: Play) -> tuple[str, ...]:
    if not play.pattern:
        return play.hosts
    try:
        return read.select(play.pattern)
    except Invalid:  # a group that is gone: its hosts are told one by one
        return ()


def _endpoint(read: "Inventory", name: str) -> Endpoint | None:
    try:
        return endpoint_in(read, name)
    except Invalid:
        return None

"""The secrets of a run that is taken up again: found where they were, and held against what they were."""

from collections.abc import Sequence
from pathlib import Path

from zdd.config.secrets import Reference, Vault
from zdd.errors import Stale, ZddError
from zdd.journal.state import State
from zdd.model import Plan


def recalled(vault: Vault, state: State, *, back: bool = False) -> None:
    """Before a run goes on, in whatever direction."""
    if state.forward and (back or state.reverting):
        recall_what_is_there(vault, state.forward)
    elif state.forward:
        recall(vault, state.forward)


def recall(vault: Vault, plan: Plan) -> None:
    """The secrets that the run began with. Raises `Stale` where one is another now, or gone (R21)."""
    for reference, mac in _secrets(plan):
        try:
            _learn(vault, reference, plan.inventories)
        except (ValueError, ZddError) as error:
            raise Stale(f"the run needs a secret that is not there: {error}") from error
        if vault.known[reference] != mac:
            why = f"{reference.said} is another value than when the run began; a revert needs none"
            raise Stale(why, (f"zdd revert {plan.run}",))


def recall_what_is_there(vault: Vault, plan: Plan) -> None:
    """For a way back: what hosts have kept is enough, and what is known is veiled."""
    for reference, mac in _secrets(plan):
        aside = Vault(lambda: b"")
        try:
            _learn(aside, reference, plan.inventories)
            value = aside.reveal(reference)
        except (ValueError, ZddError):
            continue
        if vault.mac(reference, value) == mac:
            vault.learn(reference, value)


def _secrets(plan: Plan) -> list[tuple[Reference, str]]:
    return [(Reference(name), mac) for play in plan.plays for name, mac in play.secrets.items()]


def _learn(vault: Vault, reference: Reference, inventories: Sequence[str]) -> None:
    """What was a plain variable is looked up in the inventory once more."""
    if reference.kind != "var":
        vault.learn(reference)
        return
    from zdd.cli.inventories import read_inventory

    host, _, name = reference.name.partition("/")
    value = read_inventory([Path(path) for path in inventories]).variables(host).get(name)
    vault.learn(reference, None if value is None else str(value))

"""Runs that are in the way of a deploy, and the one of them that it takes over (R15)."""

from collections.abc import Collection

from zdd.cli.desk import Desk
from zdd.cli.leasing import Keeping
from zdd.config.recipe import Recipe
from zdd.config.source import nearest
from zdd.errors import Unfinished, Usage
from zdd.journal.run_record import RunRecord
from zdd.journal.state import State, fold
from zdd.model import Plan
from zdd.report.exit_codes import commands

FINISHED = (0, 21, 23)


def refuse_unfinished(desk: Desk, recipe: Recipe, supersede: str) -> None:
    """One is carried on, taken back, given up or superseded first; one that is on has the fleet."""
    for play in recipe.plays:
        for run in in_the_way(desk, play.fleet):
            if run.id != supersede:
                Keeping.of_recipe(play).lease(desk).refuse_live()
                why = f"{play.fleet}: run {run.id} is not finished (--supersede {run.id} takes it over)"
                raise Unfinished(why, tuple(commands(Unfinished.exit_code, run.id)))


def meant(desk: Desk, name: str) -> str:
    """The id of the run that begins so; as it stands where this store has none, for hosts may bear its mark."""
    known = [run.id for run in desk.store.runs() if name and run.id.startswith(name)]
    return known[0] if len(known) == 1 else name


def refuse_needless(desk: Desk, recipe: Recipe, supersede: str, marks: Collection[str]) -> None:
    """Raises `Usage` where that run is in nobody's way: it is a name that nobody meant. `marks`: runs that have left
    theirs on hosts."""
    if not supersede or supersede in marks:
        return
    known = {run.id for play in recipe.plays for run in in_the_way(desk, play.fleet)}
    if supersede not in known:
        near = nearest(supersede, {*known, *marks})
        hint = f"; did you mean {near}?" if near else ""
        raise Usage(f"--supersede {supersede}: there is no such unfinished run, and no host bears its mark{hint}")


def in_the_way(desk: Desk, fleet: str) -> list[RunRecord]:
    """The fleet's runs that left hosts where they do not belong."""
    return [run for run in desk.store.runs(fleet) if unfinished(run.code, fold(desk.store.since(run.id, 0)))]


def unfinished(code: int | None, state: State) -> bool:
    return code not in FINISHED and bool(state.marked) and "abandon" not in state.asked


def never_touched(state: State) -> bool:
    """Preflight or staging ended it, or every host was found done."""
    return not state.touched and not state.reverting


def give_up(desk: Desk, plan: Plan) -> None:
    """Runs of these fleets that this one takes over are never carried on. One from another store nobody can carry on
    here; one of another fleet keeps its own."""
    known = {run.id for fleet in plan.fleets for run in desk.store.runs(fleet)}
    for run in known.intersection(plan.supersedes):
        desk.store.ask(run, "abandon", f"superseded by {plan.run}", plan.by)

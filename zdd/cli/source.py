"""What a plan is made from: a playbook, or a plan that was saved."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zdd.config.recipe import Recipe
from zdd.plan.earlier import Earlier

if TYPE_CHECKING:
    from zdd.cli.saved_plan import SavedPlan


@dataclass(frozen=True, slots=True)
class Source:
    """The recipe, and how what hosts run and have no record of would be installed again."""

    recipe: Recipe
    earlier: Earlier
    saved: "SavedPlan | None" = None  # which the plan must come out as

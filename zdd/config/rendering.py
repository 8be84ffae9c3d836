"""Drafts of a playbook rendered for one host and checked by the keys of their step; problems are gathered."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from zdd.config import problems
from zdd.config.playbook import Draft
from zdd.config.source import Document, Spot
from zdd.config.templates import Scope, Unrenderable
from zdd.errors import Problem


class Rendering:
    """One file's problems, each said once however many hosts have it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: dict[Problem, None] = {}

    def wrong(self, spot: Spot, message: str) -> None:
        self.problems.setdefault(self.document.problem(spot, message))

    def text(self, written: str, spot: Spot, scope: Scope) -> str:
        """Empty where it is wrong."""
        try:
            return scope.text(written)
        except Unrenderable as error:
            self.wrong(spot, str(error))
            return ""

    def truth(self, written: str | bool, spot: Spot, scope: Scope) -> bool:
        try:
            return scope.truth(written)
        except Unrenderable as error:
            self.wrong(spot, str(error))
            return False

    def args(self, draft: Draft, scope: Scope, model: type[BaseModel]) -> dict[str, Any] | None:
        """What is written under a step, rendered and checked; None where it is wrong."""
        rendered = self.value(draft.args, draft.spot, scope)
        return None if rendered is WRONG else self.checked(rendered, draft.spot, model)

    def checked(self, value: Any, spot: Spot, model: type[BaseModel]) -> dict[str, Any] | None:
        try:
            return model.model_validate(value).model_dump(mode="json", by_alias=True)
        except ValidationError as error:
            for problem in problems.of_model(self.document, spot, error, model, {}):
                self.problems.setdefault(problem)
            return None

    def value(self, written: Any, spot: Spot, scope: Scope) -> Any:
        """Every text inside of it; each that cannot be rendered is said where it stands."""
        if isinstance(written, str):
            try:
                return scope.text(written)
            except Unrenderable as error:
                self.wrong(spot, str(error))
                return WRONG
        if isinstance(written, Mapping):
            made = {key: self.value(one, (*spot, key), scope) for key, one in written.items()}
            return WRONG if WRONG in made.values() else made
        if isinstance(written, list):
            items = [self.value(one, (*spot, number), scope) for number, one in enumerate(written)]
            return WRONG if WRONG in items else items
        return written


class _Wrong:
    """Stands for what could not be rendered."""

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


WRONG = _Wrong()

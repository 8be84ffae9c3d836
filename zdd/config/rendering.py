"""Drafts of a playbook rendered for one host and checked by the keys of their step; problems are gathered."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from zdd.config import problems
from zdd.config.playbook import Draft
from zdd.config.secrets import sealed
from zdd.config.source import Document, Spot
from zdd.config.templates import Scope, Unrenderable
from zdd.errors import Problem

SECRETS = (
    "a secret cannot stand here, for all to see: put it into a file (`template`, `copy`), or into `stdin` of a `run`"
)
MAY_HOLD = {"copy": ("content",), "run": ("stdin",), "python": ("args",)}


class Rendering:
    """One file's problems, each said once however many hosts have it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: dict[Problem, None] = {}

    def wrong(self, spot: Spot, message: str) -> None:
        self.problems.setdefault(self.document.problem(spot, message))

    def text(self, written: str, spot: Spot, scope: Scope, *, secrets: bool = False) -> str:
        """Empty where it is wrong. `secrets`: they may stand in it."""
        try:
            text = scope.text(written)
            if not secrets and sealed(text):
                self.wrong(spot, SECRETS)
            return text
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
        if rendered is WRONG:
            return None
        self._no_secrets(rendered, draft)
        return self.checked(rendered, draft.spot, model)

    def _no_secrets(self, rendered: Any, draft: Draft) -> None:
        """But where the step keeps them out of command lines."""
        keys = rendered if isinstance(rendered, Mapping) else {"": rendered}
        for key, value in keys.items():
            if key not in MAY_HOLD.get(draft.kind, ()) and sealed(json.dumps(value, default=str)):
                self.wrong((*draft.spot, key) if key else draft.spot, f"{key or draft.kind}: {SECRETS}")

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

"""Groups of options that verbs share: a parameter of a verb that is a dataclass stands for an option per field."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import wraps
from typing import Any, get_type_hints

Verb = Callable[..., Any]


def spread(verb: Verb) -> Verb:
    """The same with the options in the places of their groups, as Typer wants it."""
    hints = get_type_hints(verb, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if isinstance(hint, type) and is_dataclass(hint)}

    @wraps(verb)
    def called(**given: Any) -> Any:
        made = {name: group(**{f.name: given.pop(f.name) for f in fields(group)}) for name, group in groups.items()}
        return verb(**made, **given)

    called.__signature__ = inspect.Signature(list(_parameters(verb, hints)))  # type: ignore[attr-defined]
    called.__annotations__ = {name: p.annotation for name, p in inspect.signature(called).parameters.items()}
    return called


def _parameters(verb: Verb, hints: dict[str, Any]) -> Iterator[inspect.Parameter]:
    for name, parameter in inspect.signature(verb).parameters.items():
        hint = hints[name]
        if isinstance(hint, type) and is_dataclass(hint):
            of = get_type_hints(hint, include_extras=True)
            yield from (_parameter(field.name, of[field.name], _default(field)) for field in fields(hint))
        else:
            yield _parameter(name, hint, parameter.default)


def _parameter(name: str, hint: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=hint, default=default)


def _default(field: "Field[Any]") -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return inspect.Parameter.empty if field.default is MISSING else field.default

"""Groups of options that verbs share: a parameter of a verb that is a dataclass stands for an option per field, and a
group may hold groups."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import wraps
from typing import Any, get_type_hints

Verb = Callable[..., Any]


def spread(verb: Verb) -> Verb:
    """The same with the options in the places of their groups, as Typer wants it."""
    hints = get_type_hints(verb, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if _is_group(hint)}

    @wraps(verb)
    def called(**given: Any) -> Any:
        made = {name: _made(group, given) for name, group in groups.items()}
        return verb(**made, **given)

    called.__signature__ = inspect.Signature(list(_parameters(verb, hints)))  # type: ignore[attr-defined]
    called.__annotations__ = {name: p.annotation for name, p in inspect.signature(called).parameters.items()}
    return called


def _is_group(hint: Any) -> bool:
    return isinstance(hint, type) and is_dataclass(hint)


def _made(group: Any, given: dict[str, Any]) -> Any:
    """The group, of what was given for its fields; they are taken out of there."""
    of = get_type_hints(group)
    return group(
        **{f.name: _made(of[f.name], given) if _is_group(of[f.name]) else given.pop(f.name) for f in fields(group)}
    )


def _parameters(verb: Verb, hints: dict[str, Any]) -> Iterator[inspect.Parameter]:
    for name, parameter in inspect.signature(verb).parameters.items():
        yield from _spread(name, hints[name], parameter.default)


def _spread(name: str, hint: Any, default: Any) -> Iterator[inspect.Parameter]:
    if not _is_group(hint):
        yield inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=hint, default=default)
        return
    of = get_type_hints(hint, include_extras=True)
    for field in fields(hint):
        yield from _spread(field.name, of[field.name], _default(field))


def _default(field: "Field[Any]") -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return inspect.Parameter.empty if field.default is MISSING else field.default

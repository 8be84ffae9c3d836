"""What pydantic says of a value, as problems with a place and a remedy."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from zdd.config.source import Document, Spot, nearest
from zdd.errors import Problem

PLAIN = {
    "missing": "it is missing",
    "tuple_type": "a list is expected: `- …` a line",
    "dict_type": "a mapping is expected: `name: value` a line",
    "model_type": "a mapping is expected: `name: value` a line",
    "model_attributes_type": "a mapping is expected: `name: value` a line",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "string_type": "text is expected: write it in quotation marks",
    "int_type": "a whole number is expected",
    "int_parsing": "a whole number is expected",
    "too_short": "at least one is needed",
    "string_too_short": "it is empty",
}


def of_model(
    document: Document, spot: Spot, error: ValidationError, model: type[BaseModel], words: Mapping[str, str]
) -> Iterator[Problem]:
    """`words`: keys of other tools, with what to write instead."""
    for one in error.errors(include_url=False):
        where: Spot = (*spot, *(part for part in one["loc"]))
        if one["type"] == "extra_forbidden":
            yield unknown_key(document, where, names_at(model, one["loc"][:-1]), words)
        elif one["type"] == "missing":
            yield document.problem(where[:-1], f"`{one['loc'][-1]}` is missing", key=True)
        else:
            yield document.problem(where, f"{_key(one['loc'])}{_said(document, where, one)}")


def unknown_key(document: Document, spot: Spot, known: Iterable[str], words: Mapping[str, str]) -> Problem:
    word, names = str(spot[-1]), sorted(known)
    if word in words:
        return document.problem(spot, f"`{word}`: {words[word]}", key=True)
    near = nearest(word, names)
    hint = f"did you mean `{near}`?" if near else f"known here: {', '.join(names)}"
    return document.problem(spot, f"unknown key `{word}`; {hint}", key=True)


def names_at(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    """The keys of the model at the end of a way through models."""
    for part in loc:
        field = model.model_fields.get(str(part))
        inner = (
            [a for a in _arguments(field.annotation) if isinstance(a, type) and issubclass(a, BaseModel)]
            if field
            else []
        )
        if not inner:
            break
        model = inner[0]
    return [field.alias or name for name, field in model.model_fields.items()]


def _arguments(annotation: Any) -> list[Any]:
    inner = [deeper for a in getattr(annotation, "__args__", ()) for deeper in _arguments(a)]
    return [annotation, *inner]


def _key(loc: tuple[Any, ...]) -> str:
    names = [part for part in loc if isinstance(part, str)]
    return f"{names[-1]}: " if names else ""


def _said(document: Document, spot: Spot, error: Any) -> str:
    raw = document.raw(spot)
    if not document.quoted(spot) and raw and "text is expected" in error["msg"] + PLAIN.get(error["type"], ""):
        return f'text is expected: write "{raw}" in quotation marks'
    if ":" in raw and isinstance(error.get("input"), int) and not document.quoted(spot):
        return f"`{raw}` is read as the number {error['input']}: write a time such as 90s, 2m or 1h"
    if error["type"] == "literal_error":
        near = nearest(raw, [word.strip("' ") for word in error["ctx"]["expected"].replace(" or ", ",").split(",")])
        return f"`{raw}` is not one of {error['ctx']['expected']}" + (f"; did you mean `{near}`?" if near else "")
    return PLAIN.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")

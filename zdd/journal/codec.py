"""Plans and events as JSON and back. What comes back equals what went in; only a tuple in `args` comes back as a list.

Sets are written sorted, so that equal plans have equal texts. Numbers that JSON does not know (infinity, not-a-number)
and values of unknown types are refused when they are written, not when a resume reads them.
"""

import json
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from zdd.model import Event, Plan

T = TypeVar("T")


def event_text(event: Event) -> str:
    return _text(Event, event)


def read_event(text: str) -> Event:
    """Raises `ValueError` for anything that `event_text` would not have written."""
    return _read(Event, text)


def plan_text(plan: Plan) -> str:
    return _text(Plan, plan)


def read_plan(text: str) -> Plan:
    """Raises `ValueError` for anything that `plan_text` would not have written."""
    return _read(Plan, text)


def _text(kind: type[Any], value: Any) -> str:
    plain = _adapters()[kind].dump_python(value)
    return json.dumps(plain, default=_sorted, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def _read(kind: type[T], text: str) -> T:
    read: T = _adapters()[kind].validate_json(text, strict=True, extra="forbid")
    return read


@cache
def _adapters() -> dict[type[Any], TypeAdapter[Any]]:
    return {kind: TypeAdapter(kind) for kind in (Event, Plan)}


def _sorted(value: object) -> list[Any]:
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be kept in a journal: {value!r}")

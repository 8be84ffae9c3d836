"""One question over HTTP, and what the answer must be. Every question is asked on a connection of its own."""

import json
import re
import socket
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from zdd.config.seconds import Seconds
from zdd.transport import Channel, Session
from zdd.transport.http import Response, request

MISSING = object()


class HttpKeys(BaseModel):
    """What a playbook may write under `http`, as a task and as a check."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    url: str = Field(pattern=r"^https?://")
    """an address that the host itself asks, through its own session"""
    status: int = Field(default=200, ge=100, le=599)
    """what it must answer with"""
    answer: dict[str, Any] = Field(default_factory=dict, alias="json")
    """what its JSON must hold: `{version: "1.1", "database.ok": true}`"""
    body: str = ""
    """a regular expression that its text must match somewhere"""
    headers: dict[str, str] = Field(default_factory=dict)
    """what is sent along"""
    method: str = Field(default="GET", pattern=r"^[A-Z]+$")
    """of the request"""
    data: str = ""
    """what is sent"""
    timeout: Seconds = 2.0
    """how long an answer may take"""
    verify: bool = True
    """over https, whoever answers must prove that the name is its own"""
    origin: Literal["host", "controller"] = Field(default="host", alias="from")
    """`controller` asks from where zdd runs"""

    @field_validator("body")
    @classmethod
    def _is_a_pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        return pattern


class FromHere:
    """Asks from the controller itself."""

    def dial(self, address: str, port: int, timeout: float) -> Channel:
        return socket.create_connection((address, port), timeout)


def ask(session: Session, args: Mapping[str, Any]) -> str:
    """Why it does not pass; empty if it does. Raises `Lost` where the host itself is gone."""
    keys = HttpKeys.model_validate(args)
    try:
        response = request(
            FromHere() if keys.origin == "controller" else session,
            keys.url,
            method=keys.method,
            headers=keys.headers,
            body=keys.data.encode(),
            timeout=keys.timeout,
            verify=keys.verify,
        )
    except (OSError, ValueError) as error:
        return f"{keys.url}: {error or type(error).__name__}"
    return next((f"{keys.url}: {fault}" for fault in _faults(keys, response)), "")


def _faults(keys: HttpKeys, response: Response) -> Iterator[str]:
    text = response.body.decode(errors="replace")
    if response.status != keys.status:
        yield f"status {response.status} instead of {keys.status}: {_short(text)}"
    if keys.body and not re.search(keys.body, text):
        yield f"{_short(text)} has no {keys.body!r}"
    if keys.answer:
        yield from _wrong(keys.answer, text)


def _wrong(expected: Mapping[str, Any], text: str) -> Iterator[str]:
    try:
        answer = json.loads(text)
    except ValueError:
        yield f"no JSON: {_short(text)}"
        return
    for key, value in expected.items():
        found = _at(answer, key)
        if found is MISSING:
            yield f"no {key} in {_short(text)}"
        elif not _same(found, value):
            yield f"{key} is {found} instead of {value}"


def _at(answer: Any, key: str) -> Any:
    for part in [key] if isinstance(answer, Mapping) and key in answer else key.split("."):
        if not isinstance(answer, Mapping) or part not in answer:
            return MISSING
        answer = answer[part]
    return answer


def _same(found: Any, expected: Any) -> bool:
    """A template renders to text: what was a number or a truth value is compared as JSON writes it."""
    if isinstance(expected, str) and not isinstance(found, str):
        return json.dumps(found) == expected
    return bool(found == expected) and isinstance(found, bool) == isinstance(expected, bool)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:200]}…"

"""Health checks: the kinds that exist, and whether a host passes all of them at this moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zdd.config.seconds import Seconds
from zdd.errors import written_at
from zdd.steps import http_check
from zdd.steps.shell import quote
from zdd.transport import Command, Session


class CommandCheckKeys(BaseModel):
    """A command on the host, for its shell; it passes if it exits 0."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: str = Field(min_length=1)
    """a line for the host's shell"""
    timeout: Seconds = 10.0
    """how long it may take"""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, written: Any) -> Any:
        return {"command": written} if isinstance(written, str) else written


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of check. `ask` says why the host does not pass; empty if it does. Raises `Lost`."""

    ask: Callable[[Session, Mapping[str, Any]], str]
    keys: type[BaseModel]


def ask_command(session: Session, args: Mapping[str, Any]) -> str:
    keys = CommandCheckKeys.model_validate(args)
    result = session.run(
        Command(
            verb="check",
            script=f"sh -c {quote(keys.command)}",
            args={"command": keys.command},
            timeout=keys.timeout,
            users_own=True,
        )
    )
    return "" if result.ok else f"{keys.command}: exit {result.exit}: {result.last_words}".rstrip(": ")


CHECKS: Mapping[str, Check] = {
    "http": Check(http_check.ask, http_check.HttpKeys),
    "run": Check(ask_command, CommandCheckKeys),
}


@dataclass(frozen=True, slots=True)
class Ill:
    """Why a host is not well, and the line of the playbook that says so."""

    why: str
    origin: str = ""

    def __str__(self) -> str:
        return self.why


def first_ill(session: Session, health: Mapping[str, Any], origins: Sequence[str] = ()) -> Ill | None:
    """The first check that does not pass; None if the host is well, or nothing is asked. `origins`: of the checks."""
    for number, written in enumerate(health.get("checks", ())):
        [(kind, args)] = written.items()
        origin = origins[number] if number < len(origins) else ""
        with written_at(origin):
            if why := CHECKS[kind].ask(session, args):
                return Ill(why, origin)
    return None


def check_once(session: Session, health: Mapping[str, Any]) -> str:
    """Why the host is ill; empty if it is well, or nothing is asked."""
    return str(first_ill(session, health) or "")

"""A command on the host that prints how much is still in hand. Whatever else it prints is unknown, never idle."""

import re
from collections.abc import Iterable
from shlex import quote
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zdd.config.seconds import Seconds
from zdd.errors import Failed, Finding
from zdd.model import ProbeSpec
from zdd.probes import Host
from zdd.transport import Command, Result

NUMBER = re.compile(r"\s*(\d+)\s*", re.ASCII)


class CommandKeys(BaseModel):
    """What a playbook may write under `command`: a line for the host's shell, or this. `quiesce` and `resume` are lines
    too, and must be safe to say twice."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: str = Field(min_length=1)
    """prints how many are still busy"""
    quiesce: str = ""
    """says that nothing new is to be begun"""
    resume: str = ""
    """says that it may be again"""
    spacing: Seconds = Field(default=0.1, ge=0.1)
    """between two readings, for counts that lag"""
    timeout: Seconds = 10.0
    """how long one reading may take"""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, written: Any) -> Any:
        return {"command": written} if isinstance(written, str) else written


class CommandProbe:
    """Implements `zdd.probes.Probe`."""

    keys: ClassVar[type[BaseModel]] = CommandKeys
    unit: ClassVar[str] = "job"

    def __init__(self, spec: ProbeSpec, host: Host) -> None:
        self._keys, self._host = CommandKeys.model_validate(spec.options), host

    @property
    def spacing(self) -> float:
        return self._keys.spacing

    def quiesce(self) -> None:
        self._tell("quiesce", self._keys.quiesce)

    def resume(self) -> None:
        self._tell("resume", self._keys.resume)

    def busy(self) -> int | None:
        return _number(self._run("busy", self._keys.command))

    def check(self) -> Iterable[Finding]:
        """What prints no number now would keep the host from ever being idle."""
        result = self._run("busy", self._keys.command)
        if _number(result) is None:
            said = (result.last_words or "nothing").splitlines()[-1]
            what = f"`{self._keys.command}` tells no number: exit {result.exit}, it said {said}"
            yield Finding(self._host.name, what, "a probe's command prints how much is in hand, and exits 0")

    def _tell(self, word: str, line: str) -> None:
        if not line:
            return
        result = self._run(word, line, changes=True)
        if not result.ok:
            raise Failed(f"{word}: `{line}`: exit {result.exit}", "environment", result.last_words)

    def _run(self, word: str, line: str, *, changes: bool = False) -> Result:
        command = Command(
            verb=f"probe.{word}",
            script=f"sh -c {quote(line)}\n",
            args={"line": line},
            timeout=self._keys.timeout,
            changes=changes,
            users_own=True,
        )
        return self._host.session().run(command.by(self._host.user))


def _number(result: Result) -> int | None:
    said = NUMBER.fullmatch(result.out) if result.ok else None
    return int(said[1]) if said else None

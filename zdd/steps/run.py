"""A command of the user's own. What it did nobody knows but `creates`, `unless` and `check`."""

import shlex
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.place import Place, place, release_of
from zdd.steps.shell import quote
from zdd.transport import Command


class RunKeys(BaseModel):
    """`command` is split as a shell would and run without one, `argv` is split already, `shell` is a script for `sh`.

    `creates`: a path that is there once it has happened. `unless`: a command that succeeds once it has happened, asked
    before too. `check`: the same, asked only in doubt.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: str | None = None
    """one line, split as a shell would and run without one"""
    argv: tuple[str, ...] | None = Field(default=None, min_length=1)
    """the same, split already"""
    shell: str | None = None
    """a script for `sh`"""
    creates: str = ""
    """a path that is there once it has happened"""
    unless: str = ""
    """a command that succeeds once it has happened; asked before, too"""
    check: str = ""
    """the same, asked only where nobody knows whether it happened"""
    chdir: str = ""
    """where it is run; otherwise in the release's folder"""
    stdin: str = ""
    """what it reads"""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, written: Any) -> Any:
        return {"command": written} if isinstance(written, str) else written

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.command, self.argv, self.shell)) != 1:
            raise ValueError("write one of `command`, `argv` and `shell`")
        if self.command is not None and not _split(self.command):
            raise ValueError("`command` is empty")
        return self

    @property
    def safe(self) -> bool:
        """May it be run again without looking first?"""
        return bool(self.creates or self.unless or self.check)


def act(site: Site, task: Task) -> Outcome:
    here, args = place(site, task), task.args
    if _happened(here, args, ("creates", "unless")):
        return Outcome(status="unchanged")
    result = here.do(
        here.limited(_command(here, "run", _words(args), stdin=site.reveal(args.get("stdin") or ""), changes=True))
    )
    return Outcome(data={"output": result.last_words} if result.last_words else {})


def look(site: Site, task: Task) -> bool | None:
    return _happened(place(site, task), task.args, ("creates", "unless", "check"))


def _happened(here: Place, args: Mapping[str, Any], ways: tuple[str, ...]) -> bool | None:
    """Did it? None where nothing is written that could tell."""
    for way in ways:
        if asked := args.get(way):
            line = f"[ -e {quote(asked)} ]" if way == "creates" else f"sh -c {quote(asked)}"
            return here.run(here.limited(_command(here, "run.look", line))).ok
    return None


def _command(here: Place, verb: str, line: str, *, stdin: str = "", changes: bool = False) -> Command:
    folder = _folder(here)
    script = f"cd {quote(folder)} || exit 1\n{line}\n" if folder else f"{line}\n"
    args = {"line": line, "chdir": folder}
    return Command(verb=verb, script=script, args=args, stdin=stdin.encode(), changes=changes, users_own=True)


def _folder(here: Place) -> str:
    """On the host itself the release's own; elsewhere wherever who logs in begins."""
    release = None if here.task.on else release_of(here.site, here.task)
    return here.task.args.get("chdir") or (release.directory if release else "")


def _words(args: Mapping[str, Any]) -> str:
    """One line for the host's shell, which sees nothing but quoted words."""
    if args.get("shell") is not None:
        return shlex.join(["sh", "-c", args["shell"]])
    return shlex.join(args["argv"] if args.get("argv") else _split(args["command"]))


def _split(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise ValueError(f"`command`: {error}") from error


RUN = Step(act, look=look, keys=RunKeys)

"""Files that a playbook writes outside of a release, and their way back."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zdd.model import File, Outcome, Task
from zdd.steps import Site, Step, file_commands, sealed
from zdd.steps.place import KEPT, Place, failed, host_of, place
from zdd.steps.shell import MISSING, SAME

Mode = Annotated[str, Field(pattern=r"^0?[0-7]{3}$")]
Owner = Annotated[str, Field(pattern=r"^[\w.-]*(:[\w.-]+)?$")]


class TemplateKeys(BaseModel):
    """`src` is beside the playbook. A relative `dest` is rendered into the release when it is staged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    src: str = Field(min_length=1)
    """a file beside the playbook"""
    dest: str = Field(min_length=1)
    """a relative one is rendered into the release when that is staged; an absolute one keeps its old content beside
    it"""
    mode: Mode = "0644"
    """octal, in quotation marks"""
    owner: Owner = ""
    """`user` or `user:group`"""


class CopyKeys(BaseModel):
    """As `template`, but as it stands; `content` instead of `src` is the text itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    src: str = ""
    """a file beside the playbook"""
    content: str | None = None
    """the text itself, instead of `src`"""
    dest: str = Field(min_length=1)
    """as for `template`"""
    mode: Mode = "0644"
    """octal, in quotation marks"""
    owner: Owner = ""
    """`user` or `user:group`"""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if bool(self.src) == (self.content is not None):
            raise ValueError("write either `src` or `content`")
        return self


def act(site: Site, task: Task) -> Outcome:
    """What the host has kept of the content is used first: a way back needs nothing of the controller."""
    here, file = place(site, task), _file(task)
    command = file_commands.put(here.home, file, site.run)
    result = here.run(command)
    if result.exit == MISSING:
        freeze(here, file)
        result = here.run(command)
    if not result.ok:
        raise failed(command, result)
    if SAME in result.out.split():
        return Outcome(status="unchanged")
    return Outcome(data={"dest": file.dest, **({} if file.seal else {"kept": result.out.strip()})})


def freeze(here: Place, file: File) -> None:
    """A later way back needs nothing of the controller."""
    if file.seal:
        sealed.keep(here, file)
    else:
        here.upload(here.site.content(file.digest), here.home.file(file.kept), sha256=file.digest, mode=KEPT)


def look(site: Site, task: Task) -> bool | None:
    here, file = place(site, task), _file(task)
    return here.run(file_commands.has(here.home, file)).ok


def restore(site: Site, task: Task) -> Outcome:
    """What the host has kept counts only if it is what the journal knows of it (R14); it knows nothing of files with
    secrets in them, of a put that was cut short, and of what another run has kept."""
    here, dest, run = place(site, task), task.args["dest"], task.args.get("run", site.run)
    known = site.state.had.get((host_of(task), dest), "") if run == site.run else ""
    result = here.do(file_commands.restore(here.home, dest, run, known))
    return Outcome(status="unchanged" if SAME in result.out.split() else "ok")


def _file(task: Task) -> File:
    args = task.args
    return File(
        dest=args["dest"],
        digest=args["digest"],
        mode=args.get("mode") or "0644",
        owner=args.get("owner") or "",
        seal=args.get("seal") or "",
    )


COPY = Step(act, look=look, keys=CopyKeys)
TEMPLATE = Step(act, look=look, keys=TemplateKeys)
RESTORE = Step(restore)

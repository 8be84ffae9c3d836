"""A function of the user's own, in `tasks.py` beside the playbook. It runs on the controller, given a connection."""

import builtins
from collections.abc import Callable, Mapping
from threading import Thread
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zdd.errors import Failed, Lost
from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.place import Place, place
from zdd.transport import Command
from zdd.transport.fabric import connection

Name = r"^[A-Za-z]\w*$"


class PythonKeys(BaseModel):
    """`function` is called with a `fabric.Connection` to the host, and `args` by name; what it prints is journaled.

    It fails by raising, and has changed nothing if it returns False. `check`: a function that says whether it happened,
    asked in doubt; without one a doubt stops for a person.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    function: str = Field(pattern=Name)
    """its name in `tasks.py`, beside the playbook; it gets a Fabric connection to the host"""
    args: dict[str, Any] = Field(default_factory=dict)
    """what else it gets, by name"""
    check: str = Field(default="", pattern=rf"{Name}|^$")
    """a function that says whether it happened, asked only where nobody knows"""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, written: Any) -> Any:
        return {"function": written} if isinstance(written, str) else written


def act(site: Site, task: Task) -> Outcome:
    here, said = place(site, task), list[str]()
    here.do(Command(verb="fence", script=":", changes=True))
    changed = _call(here, task.args["function"], said)
    output = "\n".join(said)[-8000:]
    return Outcome(status="unchanged" if changed is False else "ok", data={"output": output} if output else {})


def look(site: Site, task: Task) -> bool | None:
    name = task.args.get("check")
    return bool(_call(place(site, task), name, [])) if name else None


def _call(here: Place, name: str, said: list[str]) -> Any:
    site, task = here.site, here.task
    function, args = _functions(site, task, said)[name], _revealed(site, task.args.get("args") or {})
    with connection(here.session, here.endpoint) as connected:
        outcome = _in_time(lambda: function(connected, **args), task.timeout)
    if not outcome:
        raise Lost(f"{name}: it did not end in {task.timeout:g} s", output="\n".join(said))
    if error := outcome.get("error"):
        raise _raised(name, error, said) from error
    return outcome["is"]


def _in_time(call: Callable[[], Any], seconds: float) -> dict[str, Any]:
    """In a thread of its own, which is left behind if it does not end: nobody can stop it, or knows what it did."""
    outcome: dict[str, Any] = {}

    def run() -> None:
        try:
            outcome["is"] = call()
        except Exception as error:
            outcome["error"] = error

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return outcome


def _raised(name: str, error: Exception, said: list[str]) -> Failed | Lost:
    """A connection that died says nothing of what was done."""
    why = str(error).strip()
    words = "\n".join([*said, *why.splitlines()[-20:]])
    if isinstance(error, Lost | EOFError | ConnectionError):
        return Lost(f"{name}: {why or 'the connection is gone'}", output=words)
    return Failed(f"{name}: {type(error).__name__}: {why.partition(chr(10))[0]}".rstrip(": "), output=words)


def _functions(site: Site, task: Task, said: list[str]) -> Mapping[str, Callable[..., Any]]:
    """Those of the file as it was frozen, with a `print` that belongs to the task."""
    path = site.content(task.args["digest"])
    names: dict[str, Any] = {"__name__": "tasks", "__file__": "tasks.py"}
    names["print"] = lambda *words, sep=" ", **_: said.append((sep or " ").join(map(str, words)))
    names["__builtins__"] = builtins
    try:
        exec(compile(path.read_bytes(), "tasks.py", "exec"), names)
    except Exception as error:
        raise Failed(f"tasks.py: {type(error).__name__}: {error}") from error
    return names


def _revealed(site: Site, value: Any) -> Any:
    if isinstance(value, str):
        return site.reveal(value)
    if isinstance(value, Mapping):
        return {key: _revealed(site, one) for key, one in value.items()}
    return [_revealed(site, one) for one in value] if isinstance(value, list) else value


PYTHON = Step(act, look=look, keys=PythonKeys)

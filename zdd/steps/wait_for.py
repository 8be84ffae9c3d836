"""Waits until a port answers or a path is there, or until they no longer do."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zdd.config.seconds import Seconds
from zdd.errors import Failed
from zdd.model import Outcome, Task
from zdd.steps import Site, Step
from zdd.steps.place import Place, place
from zdd.steps.shell import quote, script
from zdd.steps.waiting import Wait
from zdd.transport import Command

ANSWER = 2.0  # seconds that a port may take


class WaitForKeys(BaseModel):
    """`port` is asked from the host itself, at `address` (default: the host's own)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    port: int | None = Field(default=None, ge=1, le=65535)
    """it answers on the host"""
    address: str = ""
    """where it is asked; otherwise the host's own address"""
    path: str = ""
    """it is there"""
    state: Literal["present", "absent"] = "present"
    """`absent` waits until it is gone"""
    timeout: Seconds = 60.0
    """how long it is waited for"""

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.port is None) == (not self.path):
            raise ValueError("write either `port` or `path`")
        return self


def act(site: Site, task: Task) -> Outcome:
    here, args = place(site, task), task.args
    wait = Wait(site, task, float(args.get("timeout", task.timeout)))
    absent = args.get("state") == "absent"
    thing = f"port {args['port']}" if args.get("port") else args["path"]
    while _there(here, args) == absent:
        if wait.over:
            raise Failed(f"{thing} is {'still' if absent else 'not'} there after {wait.seconds:g} s")
        wait.on(f"{thing} {'to go' if absent else 'to come'}")
    return Outcome()


def _there(here: Place, args: Mapping[str, Any]) -> bool:
    if not args.get("port"):
        line = f"[ -e {quote(args['path'])} ]"
        return here.run(Command(verb="wait_for", script=script(line), args={"path": args["path"]})).ok
    try:
        here.session.dial(args.get("address") or here.endpoint.address, args["port"], ANSWER).close()
    except (ConnectionRefusedError, TimeoutError):
        return False
    return True


WAIT_FOR = Step(act, keys=WaitForKeys)

"""What a play may say, as types. What may hold templates is left as it is written, and checked when it is rendered."""

import re
from itertools import combinations
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from zdd.config.seconds import WrittenTime, seconds
from zdd.model import OnDeadline, OnFailure

PERCENT = re.compile(r"([1-9]\d?|100)%")


def _size(written: Any) -> Any:
    if isinstance(written, bool) or not isinstance(written, int | str):
        raise ValueError("write a number of hosts, or a percentage such as 25%")
    if isinstance(written, int) and written < 1:
        raise ValueError(f"{written} hosts is none: write at least 1")
    if isinstance(written, str) and not PERCENT.fullmatch(written):
        raise ValueError(f"{written!r} is neither a number of hosts nor a percentage from 1% to 100%")
    return written


def _floor(written: Any) -> Any:
    if not isinstance(written, bool) and (written == 0 or written == "0%"):
        return 0
    return _size(written)


def _batches(written: Any) -> Any:
    if isinstance(written, dict):
        if set(written) != {"by"} or not isinstance(written["by"], str):
            raise ValueError("write {by: VARIABLE}: a batch per value of this variable")
        return written["by"], ()
    sizes = written if isinstance(written, list) else [written]
    if not sizes:
        raise ValueError("an empty list: write at least one size")
    return "", tuple(_size(size) for size in sizes)


def _time(written: Any) -> Any:
    if isinstance(written, bool) or not isinstance(written, str):
        raise ValueError(f"{written!r} has no unit: write 500ms, 30s, 10m or 1h")
    return seconds(written)


def _text(written: Any) -> Any:
    if not isinstance(written, str):
        raise ValueError("text is expected: write it in quotation marks")
    return written


def _inside(written: str) -> str:
    path = PurePosixPath(written)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(f"`{written}` is no path inside a release")
    return str(path)


AnySize = Annotated[int, Field(ge=1)] | Annotated[str, Field(pattern=f"^({PERCENT.pattern})$")]
AnyFloor = Annotated[int, Field(ge=0)] | Annotated[str, Field(pattern=f"^(0%|{PERCENT.pattern})$")]
Size = Annotated[int | str, BeforeValidator(_size, json_schema_input_type=AnySize)]
Floor = Annotated[int | str, BeforeValidator(_floor, json_schema_input_type=AnyFloor)]
Batches = Annotated[
    tuple[str, tuple[int | str, ...]],
    BeforeValidator(_batches, json_schema_input_type=AnySize | list[AnySize] | dict[Literal["by"], str]),
]
Time = Annotated[float, BeforeValidator(_time, json_schema_input_type=WrittenTime), Field(ge=0)]
Text = Annotated[str, BeforeValidator(_text), Field(min_length=1)]
Inside = Annotated[Text, AfterValidator(_inside)]
Count = Annotated[int, Field(ge=0, strict=True)]
Width = Annotated[int, Field(ge=1, strict=True)]


class Keys(BaseModel):
    """Nothing but what is written here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


OF_HOSTS = ("current", "available")
OF_ARTIFACTS = ("sha256", "path", "owner", "shared", "assets", "keep")


class ReleaseKeys(Keys):
    """What is deployed: an `artifact`, or what hosts install themselves and tell by `current`."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "oneOf": [
                {"required": ["artifact"], "properties": dict.fromkeys(OF_HOSTS, False)},
                {"required": ["current"], "properties": dict.fromkeys(("artifact", *OF_ARTIFACTS), False)},
            ]
        },
    )

    version: Text
    """text; here alone the variable `version` comes from `-e`, inventory or `defaults`"""
    artifact: Text | None = None
    """a file or folder, sent by the controller: looked for in the current folder, then beside the playbook; or a URL,
    which each host fetches with curl or wget"""
    current: Text | None = None
    """instead of `artifact`, where `deploy` installs a package or an image: a command for the host's shell that prints
    which version it runs, to the letter"""
    available: Text | None = None
    """beside `current`: a command that succeeds where the host can install this version now; without it there is no
    way back"""
    sha256: Text | None = None
    """of the tarball behind the URL, 64 hex digits"""
    path: Text | None = None
    """below it lie `releases/`, `current` and `shared/` on each host"""
    owner: Text | None = None
    """`user:group` to whom all of it belongs"""
    shared: tuple[Inside, ...] = ()
    """folders and files that are linked into each release and outlive it"""
    assets: tuple[Inside, ...] = ()
    """folders whose files, of old and new release both, every host serves from before the first switch"""
    keep: Width = 5
    """how many releases stay on a host"""

    @field_validator("current")
    @classmethod
    def _one_of_both(cls, current: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("artifact"):
            raise ValueError("zdd puts an `artifact` there itself, and knows what runs: write one of both")
        return current

    @field_validator("available")
    @classmethod
    def _beside_current(cls, available: str | None, info: ValidationInfo) -> str | None:
        if not info.data.get("current", "wrong"):
            raise ValueError("it belongs to `current`: an `artifact` is kept on the host, and can always go back")
        return available

    @field_validator(*OF_ARTIFACTS)
    @classmethod
    def _of_an_artifact(cls, written: Any, info: ValidationInfo) -> Any:
        if info.data.get("current"):
            raise ValueError("it belongs to `artifact`: what hosts install themselves has no folder of zdd's")
        return written

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.artifact or self.current):
            raise ValueError("write `artifact`, or `current` where `deploy` installs a package or an image")
        return self

    @field_validator("assets")
    @classmethod
    def _apart(cls, assets: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """A link cannot lie behind another one."""
        for one, other in combinations((*info.data.get("shared", ()), *assets), 2):
            if PurePosixPath(one).is_relative_to(other) or PurePosixPath(other).is_relative_to(one):
                raise ValueError(f"`{one}` and `{other}` are in one another: name a folder once, here or in `shared`")
        return assets


class DrainKeys(Keys):
    """How a host becomes idle."""

    deadline: Time = 60.0
    """how long a host may take to become idle"""
    on_deadline: OnDeadline = "halt"
    """then `halt` puts it back and halts, `force` cuts what is known to be busy, `later` tries once more at the end
    of the batch"""
    sticky: Time = 5.0
    """how long clients that stick to a host may still come, where a backend has persistence"""
    probes: tuple[dict[str, Any], ...] = ()
    """what else must be idle before anything is changed; sessions in the balancers are always awaited"""


class HealthKeys(Keys):
    """When a release is well."""

    checks: Annotated[tuple[dict[str, Any], ...], Field(min_length=1)]
    """all of them must pass"""
    passes: Width = 3
    """so many times in a row, on fresh connections"""
    interval: Time = 0.5
    """between two passes"""
    deadline: Time = 60.0
    """how long a host may take to be well"""
    steady: Time = 10.0
    """how long it must stay so once every balancer says that it is up"""


def _health(written: Any) -> Any:
    if written is None:
        raise ValueError("a list of checks is expected; `health: none` says that you want none")
    if written == "none":
        return None
    return {"checks": written} if isinstance(written, list) else written


class PlayKeys(Keys):
    """One play."""

    name: Annotated[Text, Field(pattern=r"^[A-Za-z0-9][\w.-]*$")]
    """the fleet's name, with the inventory's environment: `shop@production`"""
    hosts: Text
    """a host pattern as in Ansible: `web:&eu:!web7`, `web[0:3]`, `~web\\d+`"""
    health: Annotated[HealthKeys | None, BeforeValidator(_health)]
    """checks that say whether a host serves the right release; `none` says that you mean it"""
    defaults: dict[str, Any] = Field(default_factory=dict)
    """variables that are weaker than those of the inventory and of `-e`"""
    batches: Batches = ("", ("25%",))
    """`2`, `25%`, a list whose last repeats (`[1, 25%, 100%]`), or `{by: zone}`: a batch for each value of this
    variable"""
    width: Size | None = None
    """how many hosts are out at once"""
    apart: Text | None = None
    """a variable: two hosts with the same value are never out at once"""
    pause: Time = 0.0
    """between batches"""
    min_serving: Floor | None = None
    """so many hosts, or such a share of them rounded up, serve at every moment"""
    failure_budget: Count = 0
    """how many hosts may fail, over all batches, before no new one starts"""
    on_failure: OnFailure = "revert"
    """past the budget the run is taken back, or halts"""
    stall: Time = 600.0
    """when nothing has moved for so long and nothing is out, the run halts and names each blocker"""
    become: bool = False
    """tasks and balancers are spoken to with `sudo -n`"""
    become_user: Text = "root"
    """as whom"""
    staging_width: Width = 8
    """how many hosts get the release at once"""
    prepare_width: Width = 8
    """how many hosts `prepare` at once"""
    connections: Width = 64
    """how many sessions are open at once"""
    secrets: tuple[Text, ...] = ()
    """variables that show as `***`; those written `!env` or `!file` do so anyway"""
    window: tuple[Text, ...] = ()
    """when a deploy may run: `Sun 02:00-04:00 Europe/Berlin`; a revert always may"""
    freeze: tuple[Text, ...] = ()
    """when it may not"""
    report_to: tuple[Text, ...] = ()
    """commands and addresses that get start, halt, revert and end as JSON"""
    release: ReleaseKeys | None = None
    """what is deployed; a play without it is maintenance"""
    balancers: tuple[dict[str, Any], ...] = ()
    """what sends traffic to the hosts; all of them are spoken to, and read back"""
    drain: DrainKeys = DrainKeys()
    """how a host becomes idle"""
    before: tuple[Any, ...] = ()
    """tasks that are done once, before the first host; each says `on: HOST` or `on: controller`"""
    prepare: tuple[Any, ...] = ()
    """tasks on every host while it serves"""
    deploy: tuple[Any, ...] = ()
    """tasks on a host while it is out"""
    after: tuple[Any, ...] = ()
    """tasks that are done once, when every host is done"""


class TaskKeys(Keys):
    """What stands beside a step."""

    name: Text | None = None
    """what the task is called on the screen"""
    when: Text | bool = True
    """an expression; where it is false the task is left out"""
    become: bool | None = None
    """done with `sudo -n`, whatever the play says"""
    become_user: Text | None = None
    """as whom"""
    timeout: Time | None = None
    """how long one attempt may take"""
    on: Text | None = None
    """where it is done, if not on the host itself: a host, or `controller`"""
    retries: Annotated[int, Field(ge=0, le=100, strict=True)] = 0
    """how often it is tried again; only where a repeat is safe"""


class BalancerKeys(Keys):
    """What stands beside an adapter's own keys."""

    hosts: Text
    """the machines that it runs on: a host pattern"""
    serves: Text | None = None
    """the hosts that it sends traffic to, where these are not the play's"""

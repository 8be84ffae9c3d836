"""What a play may say, as types. What may hold templates is left as it is written, and checked when it is rendered."""

import re
from itertools import combinations
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
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


class ReleaseKeys(Keys):
    """What is deployed. `version`, `artifact`, `path` and `owner` may hold templates."""

    version: Text
    artifact: Text
    path: Text | None = None
    owner: Text | None = None
    shared: tuple[Inside, ...] = ()
    assets: tuple[Inside, ...] = ()
    keep: Width = 5

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
    on_deadline: OnDeadline = "halt"
    sticky: Time = 5.0
    probes: tuple[dict[str, Any], ...] = ()


class HealthKeys(Keys):
    """When a release is well."""

    checks: Annotated[tuple[dict[str, Any], ...], Field(min_length=1)]
    passes: Width = 3
    interval: Time = 0.5
    deadline: Time = 60.0
    steady: Time = 10.0


def _health(written: Any) -> Any:
    if written == "none":
        return None
    return {"checks": written} if isinstance(written, list) else written


class PlayKeys(Keys):
    """One play."""

    name: Annotated[Text, Field(pattern=r"^[A-Za-z0-9][\w.-]*$")]
    hosts: Text
    health: Annotated[HealthKeys | None, BeforeValidator(_health)]
    defaults: dict[str, Any] = Field(default_factory=dict)
    batches: Batches = ("", ("25%",))
    width: Size | None = None
    apart: Text | None = None
    pause: Time = 0.0
    min_serving: Floor | None = None
    failure_budget: Count = 0
    on_failure: OnFailure = "revert"
    stall: Time = 600.0
    become: bool = False
    become_user: Text = "root"
    staging_width: Width = 8
    prepare_width: Width = 8
    connections: Width = 64
    window: tuple[Text, ...] = ()
    freeze: tuple[Text, ...] = ()
    report_to: tuple[Text, ...] = ()
    release: ReleaseKeys | None = None
    balancers: tuple[dict[str, Any], ...] = ()
    drain: DrainKeys = DrainKeys()
    before: tuple[Any, ...] = ()
    prepare: tuple[Any, ...] = ()
    deploy: tuple[Any, ...] = ()
    after: tuple[Any, ...] = ()


class TaskKeys(Keys):
    """What stands beside a step."""

    name: Text | None = None
    when: Text | bool = True
    become: bool | None = None
    become_user: Text | None = None
    timeout: Time | None = None
    on: Text | None = None
    retries: Annotated[int, Field(ge=0, le=100, strict=True)] = 0


class BalancerKeys(Keys):
    """What stands beside an adapter's own keys."""

    hosts: Text
    serves: Text | None = None

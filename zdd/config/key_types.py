"""The kinds of values that keys of a play have: sizes, times, texts. Each says what to write where it is another."""

import re
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from zdd.config.seconds import WrittenTime, seconds

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

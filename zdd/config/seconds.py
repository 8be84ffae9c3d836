"""Times as a playbook writes them: 500ms, 2s, 5m, 1h. Seconds in here."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def seconds(written: Any) -> Any:
    """Numbers are seconds already; whatever is no time is left to be refused."""
    if not isinstance(written, str):
        return written
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)", written.strip())
    if not found:
        raise ValueError(f"{written!r} is no time: write 500ms, 2s, 5m or 1h")
    return float(found[1]) * UNITS[found[2]]


WrittenTime = Annotated[str, Field(pattern=r"^\d+(\.\d+)?\s*(ms|s|m|h)$")]
Seconds = Annotated[float, BeforeValidator(seconds, json_schema_input_type=WrittenTime | float), Field(gt=0)]


def shown(seconds: float) -> str:
    """As a playbook would write it: 1m, 90s, 500ms."""
    for unit in ("h", "m", "s"):
        if seconds >= UNITS[unit] and seconds % UNITS[unit] == 0:
            return f"{seconds / UNITS[unit]:.0f}{unit}"
    return f"{seconds * 1000:g}ms" if seconds else "0s"

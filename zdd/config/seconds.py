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


Seconds = Annotated[float, BeforeValidator(seconds), Field(gt=0)]

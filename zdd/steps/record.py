"""The frozen record of a release: all that a later way back needs, as one line of JSON on the host itself."""

import json
from dataclasses import asdict
from functools import cache
from hashlib import sha256

from pydantic import TypeAdapter, ValidationError

from zdd.model import Release


def text(release: Release) -> str:
    """ASCII and without a line end, so that it comes back from a shell to the letter."""
    return json.dumps(asdict(release), sort_keys=True, separators=(",", ":"))


def digest(release: Release) -> str:
    return sha256(text(release).encode()).hexdigest()


def read(text: str) -> Release | None:
    """None for anything that is no record: the host is then taken for one whose release zdd does not know."""
    try:
        return _adapter().validate_json(text)
    except ValidationError:
        return None


@cache
def _adapter() -> TypeAdapter[Release]:
    return TypeAdapter(Release)

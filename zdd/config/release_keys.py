"""What a play may say under `release`."""

from itertools import combinations
from pathlib import PurePosixPath
from typing import Any, Self

from pydantic import ConfigDict, ValidationInfo, field_validator, model_validator

from zdd.config.key_types import Inside, Keys, Text, Width

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

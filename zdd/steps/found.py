"""What a way back of a host leads to, as preflight found it."""

from dataclasses import dataclass
from hashlib import sha256

from zdd.model import Release
from zdd.steps import record
from zdd.steps.host_state import HostState

PLAIN = "something that is no release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The release, and what the host has kept of it."""

    release: str  # its name; empty: none
    version: str = ""  # of what the host installs itself
    kept: str = ""  # the record, to the letter
    whole: bool = False

    @classmethod
    def now(cls, state: HostState) -> "Found":
        return cls(
            release=state.current or PLAIN * state.plain,
            version=state.said.version if state.said else "",
            kept=state.frozen,
            whole=state.complete,
        )

    @property
    def record(self) -> Release | None:
        return record.read(self.kept)

    @property
    def digest(self) -> str:
        """Of the record; empty where there is none."""
        return sha256(self.kept.encode()).hexdigest() if self.kept else ""

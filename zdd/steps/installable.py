"""What hosts install themselves, before anything is touched: what they say of it, and whether it is to be had."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from zdd.config.recipe import Build
from zdd.config.releasing import may_name
from zdd.errors import Finding, Invalid
from zdd.model import Release
from zdd.steps.found import Found
from zdd.steps.host_state import HostState
from zdd.steps.installed_commands import available
from zdd.transport import Command, Result

NOT_ASKED = (126, 127)  # the shell could not even begin it
NOBODY_KNOWS = "`release.available` is not written, so nobody can say whether it can be installed again"


def told(host: str, build: Build, state: HostState) -> Iterator[Finding]:
    """Whether its answer is a version."""
    said, asked = state.said, f"`{build.current}`"
    if said is None:
        return
    if said.exit in NOT_ASKED:
        yield Finding(host, f"cannot be asked what it runs: {said.why or asked}", "mend `release.current`")
    elif not said.version and (said.exit or said.why):
        why = said.why or f"exit {said.exit}"
        yield Finding(host, f"runs no release, as {asked} says: {why}", warning=True)
    elif said.version and not may_name("version", said.version):
        shown = said.version.replace("\t", " / ")
        yield Finding(host, f"{asked} says {shown!r}, which is no version", "let it print the version alone")


@dataclass(frozen=True, slots=True)
class Installable:
    """One play's hosts are asked."""

    ask: Callable[[str, Command], Result]
    earlier: Callable[[str, str], Release | None]  # host, version: as it could be installed again. Raises `Invalid`

    def findings(self, host: str, build: Build, state: HostState) -> Iterator[Finding]:
        """Who has the version needs no more of it."""
        if state.said and state.said.version == build.version:
            return
        if why := self._refusal(host, build.version, build.available):
            remedy = "put it where the host installs from, or --skip it"
            yield Finding(host, f"{build.version} cannot be installed there: {why}", remedy)

    def way_back(self, host: str, build: Build, found: Found) -> tuple[Release | None, str]:
        """The release that it was, and why it can't be had again."""
        try:
            release = found.record or self.earlier(host, found.version)
        except Invalid as error:
            return None, str(error)
        if release is None or release.version == build.version:
            return release, ""
        if not release.available:
            return release, NOBODY_KNOWS
        return release, self._refusal(host, release.version, release.available)

    def _refusal(self, host: str, version: str, asked: str) -> str:
        """Empty: it can be installed."""
        answer = self.ask(host, available(version, asked))
        said = answer.last_words.splitlines()[-1:] or [f"exit {answer.exit}"]
        return "" if answer.ok else f"`{asked}` says no: {said[0]}"

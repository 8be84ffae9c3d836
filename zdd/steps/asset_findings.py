"""Assets before anything is touched: a name can have one content only, and who runs now must serve the new ones too."""

from collections.abc import Iterator

from zdd.config.recipe import Build
from zdd.errors import Finding
from zdd.steps.asset_commands import compare
from zdd.steps.host_state import HostState
from zdd.transport import Command, Result

MOST = 3  # names in one finding


def question(build: Build) -> Command:
    return compare(build.path, build.assets, build.asset_files)


def asset_findings(host: str, build: Build, state: HostState, answer: Result) -> Iterator[Finding]:
    if not answer.ok:
        yield Finding(host, f"its assets cannot be compared: {answer.last_words or f'exit {answer.exit}'}")
        return
    said = [line.partition(" ")[::2] for line in answer.out.splitlines()]
    if other := sorted({name for word, name in said if word == "other"}):
        what = f"{_some(other)} has other contents in {build.version} than in a release that is there"
        yield Finding(host, what, "put a fingerprint into the name, or keep it outside of `release.assets`")
    own = sorted(name for word, name in said if word == "own")
    if own and state.current and state.releases.get(state.current) != build.id:
        what = f"{state.current} has {_some(own)} for itself: until it is switched it serves none of the new files"
        yield Finding(host, what, "deploy what it runs with `release.assets` first", warning=True)


def _some(names: list[str]) -> str:
    more = len(names) - MOST
    return ", ".join(names[:MOST]) + (f" and {more} more" if more > 0 else "")

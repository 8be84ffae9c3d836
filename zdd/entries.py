"""What installed packages bring along: balancers, probes and steps of third parties, by entry point.

A package names them in its own `pyproject.toml`: `[project.entry-points."zdd.probes"]`, `acme = "acme.zdd:Probe"`.
"""

from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from zdd.errors import Usage

Entry = TypeVar("Entry")


class Entries(Mapping[str, Entry]):
    """A table of zdd's own and of third parties', which are looked for and imported when they are asked for."""

    def __init__(self, group: str, own: Mapping[str, Entry]) -> None:
        self._group, self._own = group, own
        self._theirs: dict[str, EntryPoint] | None = None

    def __getitem__(self, name: str) -> Entry:
        if name in self._own:
            return self._own[name]
        return self._loaded(self._found()[name])

    def __iter__(self) -> Iterator[str]:
        return iter((*self._own, *self._found()))

    def __len__(self) -> int:
        return len(self._own) + len(self._found())

    def _found(self) -> dict[str, EntryPoint]:
        """Raises `Usage` for a name that is taken: which of the two is meant nobody could tell."""
        if self._theirs is None:
            theirs: dict[str, EntryPoint] = {}
            for point in entry_points(group=self._group):
                if point.name in self._own or point.name in theirs:
                    raise Usage(f"{_named(point)}: {self._group} has `{point.name}` already; uninstall one of them")
                theirs[point.name] = point
            self._theirs = theirs
        return self._theirs

    def _loaded(self, point: EntryPoint) -> Entry:
        try:
            entry: Entry = point.load()
        except Exception as error:  # whatever a stranger's module does when it is imported
            why = f"{type(error).__name__}: {error}"
            raise Usage(f"{_named(point)} cannot be loaded: {why}; mend or uninstall it") from error
        return entry


def _named(point: EntryPoint) -> str:
    package = f" of the package {point.dist.name} {point.dist.version}" if point.dist else ""
    return f"{point.value}{package}"

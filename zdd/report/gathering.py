"""Equal results of several hosts, gathered for one line each."""

from zdd.report.narrator import Line

Result = tuple[str, str, str, str]


class Gathering:
    """Lines of a short while. In the order of first results, and never against the order of any one host."""

    def __init__(self) -> None:
        self.since: float | None = None  # when the first of them happened
        self._results: dict[Result, list[Line]] = {}
        self._places: dict[Result, int] = {}
        self._newest: dict[str, int] = {}  # who -> the place of what was last gathered of them

    def fits(self, line: Line) -> bool:
        """Whether it would come after all that the same host did before it."""
        place = self._places.get(_result(line), len(self._places))
        return place >= self._newest.get(line.who, 0)

    def add(self, line: Line) -> None:
        result = _result(line)
        self.since = line.at if self.since is None else self.since
        self._newest[line.who] = self._places.setdefault(result, len(self._places))
        self._results.setdefault(result, []).append(line)

    @property
    def results(self) -> list[list[Line]]:
        return list(self._results.values())


def _result(line: Line) -> Result:
    return (line.what, line.detail, line.output, line.origin)

"""All errors of zdd, in one tree. Each that ends the program carries its exit code.

ZddError
├── Refused                  said before anything was touched
│   ├── Usage                2
│   ├── Invalid              3   inventory, playbook or plan, with every problem and its place
│   ├── Preflight            4   with every finding
│   ├── LeaseHeld            5
│   ├── OutsideWindow        6
│   ├── Stale                7
│   └── Unfinished           9
├── Unwritten                2   stdout takes no data; 141 where whoever read it has seen enough
├── Failed                   a step says no                          -> the task ends `failed`
├── Lost                     nobody knows what happened              -> the task ends `unknown`
│   └── Unreachable          the host was not reached at all
├── NotNow                   not at this moment; nothing was changed -> the host yields
│   └── Later                the drain's deadline, and the playbook says `later`
└── Gone                     this process may do no more: no act, no word
    ├── LeaseLost            24
    ├── JournalLost          20
    └── Interrupted          130 · 143
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from zdd.model import Cause


class ZddError(Exception):
    """Whatever zdd says no to."""

    exit_code = 1
    then: tuple[str, ...] = ()


class Refused(ZddError):
    """Nothing was touched. `then`: commands to type next, where it knows better than its exit code."""

    def __init__(self, why: str, then: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.then = then


class Usage(Refused):
    """The command line asks for something that is not there or not clear."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file that a person wrote. `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class Invalid(Refused):
    """Inventory, playbook or plan say something that cannot be. All problems of a file in one pass."""

    exit_code = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Finding:
    """What preflight found on a host or balancer, and what to do about it. A warning does not stop the run."""

    where: str
    what: str
    remedy: str = ""
    warning: bool = False
    origin: str = ""  # "shop.yml:8:5": the balancer's or probe's

    def __str__(self) -> str:
        at = f" at {self.origin}" if self.origin else ""
        return f"{self.where}{at}: {self.what}" + (f" ({self.remedy})" if self.remedy else "")


class Preflight(Refused):
    """The world is not ready for this plan. All findings together."""

    exit_code = 4

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = tuple(findings)


class LeaseHeld(Refused):
    """Another run has the fleet."""

    exit_code = 5


class OutsideWindow(Refused):
    """The fleet may not be changed at this time."""

    exit_code = 6


class Stale(Refused):
    """Something that the plan was made from is not as it was."""

    exit_code = 7


class Unfinished(Refused):
    """An unfinished run is in the way."""

    exit_code = 9


class Unwritten(ZddError):
    """Stdout takes no data: a full disk, a closed stream. Who read it may have seen enough, which is no error."""

    exit_code = 2

    def __init__(self, error: OSError) -> None:
        super().__init__(f"stdout cannot be written: {error.strerror}")
        self.seen_enough = isinstance(error, BrokenPipeError)
        self.exit_code = 141 if self.seen_enough else 2  # what a shell says of it


class Failed(ZddError):
    """The step says no. `output` is the host's own last words, where it had any; `origin` the line of the playbook that
    wants what failed, where that is nearer than the task's."""

    def __init__(self, why: str, cause: Cause | None = None, output: str = "", origin: str = "") -> None:
        super().__init__(why)
        self.cause, self.output, self.origin = cause, output, origin


class Lost(ZddError):
    """Nobody knows what happened: the connection died, a command did not end, a balancer does not answer."""

    def __init__(self, why: str, cause: Cause = "host", output: str = "", origin: str = "") -> None:
        super().__init__(why)
        self.cause: Cause = cause
        self.output, self.origin = output, origin


class Unreachable(Lost):
    """The host was not reached at all, so nothing was begun there."""


@contextmanager
def written_at(origin: str) -> Iterator[None]:
    """What fails in here is wanted by that line of the playbook, unless it names a nearer one itself."""
    try:
        yield
    except (Failed, Lost) as error:
        error.origin = error.origin or origin
        raise


class NotNow(ZddError):
    """Not at this moment: the floor, a neighbour, or someone asked to stop. Nothing was changed."""


class Later(NotNow):
    """The drain's deadline passed and the playbook says `later`: once, at the end of the batch."""


class Gone(ZddError):
    """This process may do no more: no act, no word."""

    exit_code = 20


class LeaseLost(Gone):
    """Another controller has taken the fleet over."""

    exit_code = 24


class JournalLost(Gone):
    """The journal can't be written, so nothing more may be done."""


class Interrupted(Gone):
    """Ctrl-C or SIGTERM: stop now. `code` is 128 and the signal's number."""

    def __init__(self, why: str, code: int = 130) -> None:
        super().__init__(why)
        self.exit_code = code

"""Windows and freezes at the door: a verb that would change a fleet is let in, waits, or is refused."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from zdd.clock import Clock, SystemClock
from zdd.errors import OutsideWindow
from zdd.plan.windows import Calendar, Hours, moment, shown

PIECE = 30.0  # seconds; a machine that slept looks at the calendar again soon after


class Timed(Protocol):
    """A play, read or planned."""

    @property
    def fleet(self) -> str: ...

    @property
    def window(self) -> tuple[str, ...]: ...

    @property
    def freeze(self) -> tuple[str, ...]: ...


def closed(plays: Iterable[Timed], clock: Clock) -> tuple[str, Hours] | None:
    """The first fleet that may not be changed now, and when that ends."""
    now = moment(clock.wall())
    for play in plays:
        hours = Calendar.of(play.window, play.freeze).at(now)
        if not hours.open:
            return play.fleet, hours
    return None


def let_in(
    plays: Iterable[Timed], wait: bool = False, override: str = "", run: str = "", clock: Clock | None = None
) -> bool:
    """Whether time has passed while it waited. Raises `OutsideWindow`, with when the next window opens and what else
    there is. `run`: one that is carried on."""
    mine, clock = list(plays), clock or SystemClock()
    waited = await_open(mine, clock) if wait else False
    if not override and (found := closed(mine, clock)):
        fleet, hours = found
        ways = ("a revert needs none; " if run else "") + '--wait-window, or --override "reason"'
        why = f"{fleet} is outside its window; it opens {shown(hours.until)}: {ways}"
        raise OutsideWindow(why, (f"zdd revert {run}",) if run else ())
    return waited


def await_open(plays: Sequence[Timed], clock: Clock) -> bool:
    """Whether time has passed. Raises `OutsideWindow` where none will ever open."""
    from zdd.cli.saying import say

    waited = False
    while found := closed(plays, clock):
        fleet, hours = found
        if hours.until is None:
            raise OutsideWindow(f"{fleet} is outside its window, and none opens any more")
        if not waited:
            say(f"waiting for the window of {fleet}, which opens {shown(hours.until)}")
        waited = True
        clock.sleep(min(PIECE, max(0.1, hours.until.timestamp() - clock.wall())))
    return waited

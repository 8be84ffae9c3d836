"""When a fleet may be changed: its windows without its freezes. A revert asks nobody."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice

from zdd.config.window import Span, Window, window

HORIZON = timedelta(days=400)  # what opens later than that opens never
MOST = 20_000  # openings that anybody looks at


@dataclass(frozen=True, slots=True)
class Hours:
    """Open or closed at one moment, and until when; None: as far as anybody can see."""

    open: bool
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """No windows: always, but for freezes."""

    windows: tuple[Window, ...] = ()
    freezes: tuple[Window, ...] = ()

    @classmethod
    def of(cls, written: Iterable[str], freezes: Iterable[str]) -> "Calendar":
        """From the lines of a playbook, which were read before. `always` beside others makes them needless."""
        windows = [window(text) for text in written]
        mine = [] if None in windows else windows
        return cls(tuple(filter(None, mine)), tuple(filter(None, map(window, freezes))))

    def at(self, moment: datetime) -> Hours:
        """`moment` knows its zone."""
        for span in self.free(moment):
            if span.closes > moment:
                is_open = span.opens <= moment
                return Hours(is_open, _seen(span.closes if is_open else span.opens, moment))
        return Hours(open=False)

    def free(self, since: datetime) -> Iterator[Span]:
        """Spans in which a deploy may run, in order."""
        forever = Span(since - HORIZON, since + 2 * HORIZON)
        frozen = list(_joined(self.freezes, since))
        for span in _joined(self.windows, since) if self.windows else [forever]:
            yield from _without(span, frozen)


def _seen(end: datetime, moment: datetime) -> datetime | None:
    return end if end < moment + HORIZON else None


def _joined(windows: Sequence[Window], since: datetime) -> Iterator[Span]:
    """What overlaps or touches is one."""
    spans = islice(merge(*(window.spans(since) for window in windows)), MOST)
    now: Span | None = None
    for span in spans:
        if now and span.opens <= now.closes:
            now = Span(now.opens, max(now.closes, span.closes))
        else:
            if now:
                yield now
            now = span
        if now.opens > since + HORIZON or now.closes > since + HORIZON:
            break
    if now:
        yield now


def _without(span: Span, frozen: Sequence[Span]) -> Iterator[Span]:
    opens = span.opens
    for freeze in frozen:
        if freeze.closes <= opens or freeze.opens >= span.closes:
            continue
        if freeze.opens > opens:
            yield Span(opens, freeze.opens)
        opens = max(opens, freeze.closes)
    if opens < span.closes:
        yield Span(opens, span.closes)


def moment(wall: float) -> datetime:
    """Seconds since 1970."""
    return datetime.fromtimestamp(wall, UTC)


def shown(when: datetime | None) -> str:
    """For people: where they are, with the day."""
    return when.astimezone().strftime("%a %Y-%m-%d %H:%M %Z") if when else "never, as far as anybody can see"

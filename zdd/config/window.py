"""When deploys may run, as a playbook writes it: `Sun 02:00-04:00 Europe/Berlin`. Every time has a zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from zdd.config.seconds import seconds
from zdd.config.source import nearest

DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
DAY = "|".join(DAYS)
DATE, TIME = r"\d{4}-\d\d-\d\d", r"\d\d:\d\d"
FINE = rf"{TIME}(?::\d\d)?"
WEEKLY = re.compile(rf"(?P<days>daily|last (?:{DAY})|(?:{DAY})(?:[-,](?:{DAY}))*) (?P<from>{TIME})-(?P<to>{TIME})")
DATED = re.compile(rf"(?P<day>{DATE})(?: (?P<from>{FINE}))?(?:(?: - |-)(?:(?P<last>{DATE}) ?)?(?P<to>{FINE})?)?")
CRON = re.compile(r"cron (?P<cron>\S+ \S+ \S+ \S+ \S+) for (?P<length>\S+)")
LONGEST = timedelta(days=31)  # that one opening may take
WAYS = (
    "`Sun 02:00-04:00 ZONE`, `last Sun 02:00-04:00 ZONE`, `2026-12-24 18:00-20:00 ZONE` or `cron 0 2 * * 6 for 2h ZONE`"
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one moment to another, both in UTC."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """One line of `window` or `freeze`."""

    text: str
    zone: ZoneInfo
    cron: str = ""  # when it opens; empty: once
    until: time | None = None  # by the clock on the wall; None: after `length`
    days: int = 0  # on the day it opens, or so many later
    length: timedelta = timedelta()
    once: Span | None = None

    def spans(self, since: datetime) -> Iterator[Span]:
        """Those that may still be open then, and all later ones, in order."""
        if self.once:
            yield from [self.once] * (self.once.closes > since)
            return
        begin = (since - self.length - timedelta(days=2)).astimezone(self.zone)
        for opens in CronSim(self.cron, begin):
            span = Span(opens.astimezone(UTC), self._closes(opens))
            if since < span.closes and span.opens < span.closes:  # a night may lack the whole hour
                yield span

    def _closes(self, opens: datetime) -> datetime:
        """A time that the clock shows twice, or skips, is the earlier of its two readings."""
        if self.until is None:
            return opens.astimezone(UTC) + self.length
        day = opens.date() + timedelta(days=self.days)
        return min(datetime.combine(day, self.until.replace(fold=fold), self.zone).astimezone(UTC) for fold in (0, 1))


def window(text: str) -> Window | None:
    """None for `always`. Raises `ValueError` with what to write instead."""
    written = " ".join(text.split())
    if written == "always":
        return None
    times, _, name = written.rpartition(" ")
    zone = _zone(name, written)
    if found := WEEKLY.fullmatch(times):
        return _weekly(text, zone, found)
    if found := DATED.fullmatch(times):
        return Window(text, zone, once=_once(zone, found))
    if found := CRON.fullmatch(times):
        return _cron(text, zone, found)
    raise ValueError(f"`{text}` is no time: write {WAYS}")


def _zone(name: str, written: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        pass
    if re.fullmatch(rf"{TIME}|{TIME}-{TIME}|{DATE}|[\d.]+(ms|s|m|h)", name):
        raise ValueError(f"`{written}` has no time zone: write `{written} Europe/Berlin`, or UTC")
    from zoneinfo import available_timezones

    near = nearest(name, available_timezones())
    raise ValueError(f"`{name}` is no time zone" + (f"; did you mean `{near}`?" if near else f": write {WAYS}"))


def _weekly(text: str, zone: ZoneInfo, found: re.Match[str]) -> Window:
    opens, (until, later) = _time(found["from"]), _end(found["to"])
    if until == opens and not later:
        raise ValueError(f"`{text}` ends when it begins: a whole day is 00:00-24:00")
    cron = f"{opens.minute} {opens.hour} * * {_weekdays(found['days'])}"
    return Window(text, zone, cron, until, days=int(later or until < opens))


def _weekdays(days: str) -> str:
    if days == "daily":
        return "*"
    if days.startswith("last "):
        return f"{DAYS.index(days[5:])}L"
    return ",".join(str(day) for part in days.split(",") for day in _range(part))


def _range(part: str) -> Iterator[int]:
    """`Fri-Mon` goes over the end of the week."""
    first, _, last = part.partition("-")
    if last.count("-"):
        raise ValueError(f"`{part}` is no range of days: write Mon-Fri")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    yield from (day % 7 for day in range(begin, end + 1 if end >= begin else end + 8))


def _once(zone: ZoneInfo, found: re.Match[str]) -> Span:
    first = date.fromisoformat(found["day"])
    last = date.fromisoformat(found["last"] or found["day"])
    opens = datetime.combine(first, _time(found["from"] or "00:00"), zone)
    until, later = _end(found["to"] or "24:00")
    closes = datetime.combine(last + timedelta(days=later), until, zone)
    if found["from"] and not found["to"]:
        raise ValueError(f"`{found[0]}` has no end: write `{found['day']} {found['from']}-20:00`")
    if not found["last"] and closes <= opens:
        closes = datetime.combine(last + timedelta(days=1), until, zone)
    span = Span(opens.astimezone(UTC), closes.astimezone(UTC))
    if span.closes <= span.opens:
        raise ValueError(f"`{found[0]}` ends before it begins")
    return span


def _cron(text: str, zone: ZoneInfo, found: re.Match[str]) -> Window:
    length = timedelta(seconds=seconds(found["length"]))
    if not timedelta() < length <= LONGEST:
        raise ValueError(f"`{text}`: it may be open for at most {LONGEST.days} days, and longer than nothing")
    try:
        next(CronSim(found["cron"], datetime(2026, 1, 1, tzinfo=zone)))
    except (CronSimError, StopIteration) as error:
        raise ValueError(f"`{found['cron']}` is no cron expression, or never comes: {error}".rstrip(": ")) from error
    return Window(text, zone, found["cron"], length=length)


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"`{text}` is no time of day: write 00:00 to 23:59") from error


def _end(text: str) -> tuple[time, bool]:
    """The time, and whether it is on the next day by its name: 24:00."""
    return (time(0), True) if text == "24:00" else (_time(text), False)

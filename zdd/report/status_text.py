"""Hosts as the journal has them beside what they are, disagreements marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zdd.report.columns import columns
from zdd.report.recorded import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """One host as it is now. None: nobody could tell."""

    runs: str | None = None  # the release's name; empty: nothing
    serving: bool | None = None
    balancers: str = ""  # "lb1: ready, up"
    marks: tuple[str, ...] = ()  # runs that have left theirs there
    note: str = ""  # why it could not be told


@dataclass(frozen=True, slots=True, kw_only=True)
class HostStatus:
    """One host: the journal's word and, where anyone looked, its own."""

    recorded: Recorded
    live: Live | None = None  # None: nobody looked

    @property
    def disagreements(self) -> tuple[str, ...]:
        """What is not as the journal has it. What is unknown on either side disagrees with nothing."""
        if not self.live:
            return ()
        found = []
        if self.live.runs is not None and not self._recorded(self.live.runs or "nothing"):
            found.append("release")
        if None not in (self.live.serving, self.recorded.serving) and self.live.serving != self.recorded.serving:
            found.append("serving")
        return tuple(found)

    def _recorded(self, runs: str) -> bool:
        """In the middle of a change what a host installs itself has a version, and no name yet."""
        names = self.recorded.release.split(" or ")
        return runs in names or (len(names) > 1 and any(name.startswith(f"{runs}-") for name in names))


HEADER = ("", "host", "journal", "", "now", "", "balancers", "")


def status_text(hosts: Sequence[HostStatus], run: str = "") -> str:
    """A row per host; `!` marks those where journal and host disagree. `run`: whose marks need no name."""
    if not hosts:
        return "no hosts"
    parts = [_fleet(fleet, [h for h in hosts if h.recorded.fleet == fleet], run) for fleet in _fleets(hosts)]
    wrong = sum(bool(host.disagreements) for host in hosts)
    if wrong:
        parts.append(f"! {wrong} of {len(hosts)} hosts are not as the journal has them")
    return "\n\n".join(parts)


def _fleets(hosts: Sequence[HostStatus]) -> list[str]:
    return list(dict.fromkeys(host.recorded.fleet for host in hosts))


def _fleet(fleet: str, hosts: Sequence[HostStatus], run: str) -> str:
    return f"{fleet}\n" + columns(HEADER, [_row(host, run) for host in hosts])


def _row(host: HostStatus, run: str) -> tuple[str, ...]:
    then, now = host.recorded, host.live
    return (
        "!" if host.disagreements else "",
        then.host,
        then.release,
        _serving(then.serving),
        "not looked at" if now is None else "unknown" if now.runs is None else now.runs or "nothing",
        "" if now is None else _serving(now.serving),
        now.balancers if now else "",
        "; ".join(dict.fromkeys(filter(None, (then.note, *(_notes(now, run) if now else ()))))),
    )


def _notes(now: Live, run: str) -> Iterator[str]:
    yield from ("marked" if mark == run else f"mark of run {mark}" for mark in now.marks)
    yield now.note


def _serving(serving: bool | None) -> str:
    return {True: "serving", False: "out", None: "?"}[serving]

"""The end of a run as people read it: what it means, what failed and where, how the hosts are, what to type next."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from zdd.errors import ZddError
from zdd.journal.state import State
from zdd.model import Event, Task
from zdd.report.exit_codes import commands, meaning
from zdd.report.hosts import folded
from zdd.report.recorded import recorded
from zdd.report.roster import Roster, origin
from zdd.report.status_text import HostStatus
from zdd.report.titles import title
from zdd.report.told import LAST

MOST = 5  # failures with the words of their hosts
FEW = 5  # lines of each at least, where several share a screen


def explained(
    run: str,
    code: int,
    state: State,
    *,
    why: str = "",
    hosts: Sequence[HostStatus] = (),
    again: Callable[[str], str] = str,
) -> str:
    """The most important stands last, where the eye is. `hosts`: as they are now, where anyone looked; else the
    journal's word is given. `again`: puts into a command what was typed before and is needed then too."""
    roster = _roster(state)
    failed = [task.host for event in state.failures.values() if (task := roster.task(event))]
    known = list(hosts) or [HostStatus(recorded=host) for host in recorded(state)]
    concerned = {*state.broken, *state.behind, *state.fallen, *failed}
    parts = [
        *failures(state),
        *(f"  {host.recorded.host} {_state(host)}" for host in known if _is_named(host, concerned)),
        *_dropped(state.dropped),
        f"run {run}: {_head(code, why or _in_short(roster, state))}",
        *(f"  next: {again(command)}" for command in commands(code, run)),
    ]
    return "\n".join(parts)


def _dropped(dropped: Mapping[str, str]) -> Iterator[str]:
    """By the host whose workers had just ended."""
    for host in dict.fromkeys(dropped.values()):
        ids = ", ".join(id for id, at in dropped.items() if at == host)
        yield f"  {host}: taken from the queue and never begun: {ids}"


def failures(state: State) -> list[str]:
    """What failed and was not mended since: where, why, and the host's own last words. Of many the first few: they tell
    what is wrong."""
    roster = _roster(state)
    first = list(state.failures.values())[:MOST]
    words = max(FEW, LAST // max(len(first), 1))
    shown = [_failure(roster, roster.task(event), event, words) for event in first]
    more = len(state.failures) - len(shown)
    return shown + ([f"  and {more} more failures, which `zdd show` tells"] if more else [])


def _in_short(roster: Roster, state: State) -> str:
    """`web[1-2] health failed`: what the end is about, for whoever sees no more than the last lines."""
    who: dict[str, list[str]] = {}
    for event in state.failures.values():
        if task := roster.task(event):
            who.setdefault(f"{title(task)} {_verdict(event)}", []).append(task.on or roster.who(task))
    return ", ".join(f"{folded(names)} {what}" for what, names in who.items())


def _verdict(event: Event) -> str:
    return "is unknown" if event.status == "unknown" else "fell" if event.kind == "host.fell" else "failed"


def refused(error: ZddError, code: int, then: Sequence[str] = ()) -> str:
    """Why nothing was begun, or why this process may do no more; `then`: what to type next."""
    return "\n".join([str(error), _head(code), *(f"  next: {command}" for command in then)])


def _roster(state: State) -> Roster:
    roster = Roster()
    for plan in (state.forward, state.plan):
        if plan:
            roster.learn(plan)
    return roster


def _head(code: int, why: str = "") -> str:
    """`why` only where it says more."""
    means = meaning(code)
    return f"{means} (exit {code})" + (f": {why}" if why and why not in means else "")


def _failure(roster: Roster, task: Task | None, event: Event, most: int) -> str:
    """Which task, where, why, and the last lines of the host's own output."""
    where, what = (task.on or roster.who(task), title(task)) if task else (event.task, "task")
    words = str(event.data.get("output", "")).strip().splitlines()[-most:]
    place = origin(event, task) if task else ""
    at = f" at {place}" if place else ""
    return "\n".join([f"  {where}: {what} {_verdict(event)}{at}: {event.detail}", *(f"    {word}" for word in words)])


def _is_named(host: HostStatus, concerned: Set[str | None]) -> bool:
    return host.recorded.host in concerned or bool(host.disagreements)


def _state(host: HostStatus) -> str:
    """Serving or not, and which release."""
    if host.live and host.live.runs is not None:
        release, serving, source = host.live.runs or "nothing", host.live.serving, "now"
    else:
        release, serving, source = host.recorded.release, host.recorded.serving, "by the journal"
    served = {True: "serves", False: "does not serve", None: "may serve or not"}[serving]
    note = f" ({host.recorded.note})" if host.recorded.note else ""
    return f"runs {release} and {served}, {source}{note}"

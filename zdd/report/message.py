"""What others are told of a run as JSON: that it starts, halts, is reverted, and how it ends."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from zdd.journal.run_record import versions
from zdd.journal.state import State
from zdd.model import Event
from zdd.report.exit_codes import commands, meaning
from zdd.report.roster import Roster, origin

Kind = Literal["start", "halt", "revert", "end"]
OVER = (0, 21, 23)  # whatever else a run stops with, somebody has to see to it


def kind(event: Event) -> Kind | None:
    """None: nothing that others are told of."""
    if event.kind == "run.resumed":
        return "start"
    if event.plan and event.plan.direction == "revert":
        return "revert"
    if event.kind == "run.stopped":
        return "end" if event.data.get("code") in OVER else "halt"
    return None


def message(event: Event, state: State, again: Callable[[str], str] = str) -> Mapping[str, Any]:
    """`text` is a line for people; all else is for programs. `state` has taken the event in. `again`: as in
    `explained`."""
    plan = state.plan
    assert plan and state.forward
    code = event.data.get("code")
    what = kind(event)
    fleets = " ".join(state.forward.fleets)
    said = {
        "start": f"{'reverting' if state.reverting else 'deploying'} {versions(plan)}",
        "revert": f"reverting {versions(plan)}",
    }.get(str(what), f"{meaning(code or 0)} (exit {code})" + (f": {event.detail}" if event.detail else ""))
    return {
        "type": what,
        "text": f"{fleets}: {said}, run {plan.run}",
        "run": plan.run,
        "fleets": list(state.forward.fleets),
        "versions": versions(state.forward),
        "playbook": plan.playbook,
        "at": event.at,
        "code": code,
        "why": event.detail,
        "failed": _failed(state),
        "touched": list(state.touched),
        "next": [again(command) for command in commands(code, plan.run)] if code is not None else [],
    }


def _failed(state: State) -> list[dict[str, Any]]:
    roster = Roster()
    for plan in (state.forward, state.plan):
        if plan:
            roster.learn(plan)
    tasks = [(roster.task(event), event) for event in state.failures.values()]
    return [
        {
            "host": task.host,
            "task": str(task),
            "origin": origin(event, task) or None,
            "status": event.status,
            "detail": event.detail,
        }
        for task, event in tasks
        if task
    ]

"""A plan, printed: what each host runs and will run, who goes when, what is done to it, and how it would come back."""

import json
from collections.abc import Iterator, Mapping

from zdd.model import Batch, Direction, Pipeline, Plan, Play, Target, Task
from zdd.plan.least_time import least_time, side_by_side
from zdd.report.columns import columns
from zdd.report.hosts import counted, folded
from zdd.report.times import span

OPAQUE = ("run", "python")  # what they do to a host nobody can tell before
UNBORN = ("plan", "doctor")  # a plan that is only looked at belongs to no run
WIDEST = 72  # characters of a task's arguments


def plan_text(plan: Plan) -> str:
    """The whole of it; the same plan has the same text."""
    return "\n\n".join([_head(plan), *(_play(play, plan.direction) for play in plan.plays)])


def _head(plan: Plan) -> str:
    verb = "deploy" if plan.direction == "forward" else "revert"
    sources = [
        f"playbook {plan.playbook}" if plan.playbook else "",
        f"inventory {', '.join(plan.inventories)}" if plan.inventories else "",
        f"takes over what run {', '.join(plan.supersedes)} left" if plan.supersedes else "",
    ]
    run = "" if plan.run in UNBORN else f", run {plan.run}"
    return "\n".join([f"{verb} {' '.join(plan.fleets)}{run}", *(f"  {s}" for s in sources if s)])


def _play(play: Play, direction: Direction) -> str:
    hosts = _hosts(play) if direction == "forward" else _hosts_back(play)
    parts = [play.fleet, hosts, "\n".join(_rules(play)), _batches(play), *_ways(play), _time(play)]
    return "\n\n".join(filter(None, parts))


# -- hosts


def _hosts(play: Play) -> str:
    """Hosts with equal rows share one."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for host, target in play.targets.items():
        rows.setdefault(_row(target, host in play.held), []).append(host)
    header = ("hosts", "run now", "will run", "way back", "")
    return columns(header, [(folded(hosts), *row) for row, hosts in rows.items()], "  ")


def _hosts_back(play: Play) -> str:
    """What hosts that a run has touched go back to."""
    touched = dict.fromkeys(pipeline.host for pipeline in play.pipelines() if pipeline.host)
    rows: dict[str, list[str]] = {}
    for host in touched:
        target = play.targets[host]
        rows.setdefault(target.before.name if target.before else target.runs or "nothing", []).append(host)
    return columns(("hosts", "go back to"), [(folded(hosts), to) for to, hosts in rows.items()], "  ")


def _row(target: Target, held: bool) -> tuple[str, ...]:
    will = target.release.name if target.release else "the same"
    note = "held by an operator: deployed, not enabled" if held else "" if target.served else "serves nowhere"
    return (target.runs or "nothing", will, _way_back(target), note)


def _way_back(target: Target) -> str:
    if not target.release:
        return "put back"
    if target.before:
        return target.before.name + ("" if target.before.id else ", by today's deploy tasks")
    if not target.runs:
        stays = ", and what it installs stays there" if target.release.installed else ""
        return f"none: it ran nothing before{stays}"
    return "none: zdd cannot restore what it runs"


# -- rules


def _rules(play: Play) -> Iterator[str]:
    yield f"  floor    {_floor(play)}"
    then = {"revert": "the run is reverted", "halt": "the run halts"}[play.on_failure]
    yield f"  failures {play.failure_budget} allowed, then {then}"
    yield f"  drain    {span(play.drain.deadline)} at most, then {play.drain.on_deadline}"
    if play.apart:
        yield f"  apart    never two of one at once: {_apart(play.apart)}"
    if assets := sorted({item for target in play.targets.values() if target.release for item in target.release.assets}):
        yield f"  assets   {', '.join(assets)}: of old and new release on every host before the first one leaves"
    yield from _installed(play)
    if play.window or play.freeze:
        yield f"  window   {'; '.join(play.window) or 'always'}" + "".join(f"; not {text}" for text in play.freeze)
    for balancer in play.balancers:
        yield f"  balancer {balancer.name}: {balancer.kind} on {balancer.on}, serves {counted(balancer.serves)}"


def _installed(play: Play) -> Iterator[str]:
    """What a folder would give, and these do not. Each host may be asked in its own way; one stands for all."""
    if asked := [
        target.release.current for target in play.targets.values() if target.release and target.release.current
    ]:
        yield f"  release  hosts install it themselves, and tell it by `{asked[0]}`:"
        yield "           it is no folder beside the old one, so it changes in place and not in one act"


def _floor(play: Play) -> str:
    """The number, and what comes of it."""
    hosts, widest = len(play.hosts), max((b.width for b in play.batches if _rolls(b)), default=0)
    may_leave = max(0, hosts - play.floor)
    text = f"{play.floor} of {hosts} hosts serve at every moment: {hosts} - {play.floor} = {may_leave} may be out"
    return text + (f", though the width is {widest}" if widest > may_leave else "")


def _apart(apart: Mapping[str, str]) -> str:
    values = dict.fromkeys(apart.values())
    return ", ".join(f"{value}: {folded(h for h, of in apart.items() if of == value)}" for value in values)


def _rolls(batch: Batch) -> bool:
    return any(pipeline.takes for pipeline in batch.pipelines)


# -- batches and what is done in them


def _batches(play: Play) -> str:
    return "\n".join(_batch(number, batch) for number, batch in enumerate(play.batches, 1))


def _batch(number: int, batch: Batch) -> str:
    hosts = [pipeline.host for pipeline in batch.pipelines if pipeline.host]
    if not hosts:
        return f"  {number:>2}  {batch.name}"
    width = f", {batch.width} at once" if len(hosts) > 1 else ""
    budget = f", budget {batch.budget}" if batch.budget is not None else ""
    return f"  {number:>2}  {batch.name}: {counted(hosts)}{width}{budget}"


def _ways(play: Play) -> Iterator[str]:
    """Each way once, with the batches and hosts that go it."""
    ways: dict[tuple[str, ...], list[tuple[str, Pipeline]]] = {}
    for batch in play.batches:
        for pipeline in batch.pipelines:
            lines = tuple(line for task in pipeline.tasks for line in _task(task))
            ways.setdefault(lines, []).append((batch.name, pipeline))
    for lines, goers in ways.items():
        hosts = [pipeline.host for _, pipeline in goers if pipeline.host]
        names = folded(name for name, _ in goers)
        yield "\n".join([f"  {names}" + (f", {counted(hosts)}" if hosts else ""), *_joined(lines)])


def _task(task: Task) -> Iterator[str]:
    """An act of its own line with its arguments, a condition by its name."""
    if task.part != "change":
        yield str(task)
        return
    name = f"{task.name}: {task.step}" if task.name and task.name != task.step else task.step
    opaque = " (opaque)" if task.step in OPAQUE else ""
    on = f" on {task.on}" if task.on else ""
    become = "" if task.become is None else f" as {task.become or 'who logs in'}"
    again = f", {task.retries} retries" if task.retries else ""
    origin = f"  ({task.origin})" if task.origin else ""
    yield f"- {name}{opaque}{on}{become}{again}{_arguments(task.args)}{origin}"


def _arguments(args: Mapping[str, object]) -> str:
    """As the playbook has them. `release` is the plan's: which one is said once, host by host."""
    said = {key: value for key, value in args.items() if value not in (None, "", [], {}, ()) and key != "release"}
    text = ", ".join(f"{key}: {_value(value)}" for key, value in said.items())
    shown = text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
    return f"  {shown}" if shown else ""


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def _joined(lines: tuple[str, ...]) -> Iterator[str]:
    """Neighbouring conditions share a line."""
    together: list[str] = []
    for line in lines:
        if not line.startswith("- "):
            together.append(line)
            continue
        if together:
            yield "      " + " → ".join(together)
        together = []
        yield "    " + line
    if together:
        yield "      " + " → ".join(together)


def _time(play: Play) -> str:
    text = f"  takes at least {span(least_time(play))}, and the time that drains and deploy tasks need"
    both = side_by_side(play)
    return text + (f";\n  old and new release serve side by side for at least {span(both)} of it" if both else "")

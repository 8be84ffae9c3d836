"""What stops a leg, and what comes after it. Pure: from the state alone."""

from collections.abc import Iterator
from dataclasses import replace

from zdd.journal.state import State
from zdd.model import DONE, Batch, Pipeline, Plan, Play, Scope, Stop

# ---- what stops a leg


def trouble(state: State) -> Stop | None:
    """R12, R13: the release's failures lead to on_failure, or within the budget to a revert of the host alone; a host
    that is lost takes a place in the budget, past it the run halts; all else halts at once."""
    if stop := staging(state):
        return stop
    over = len(state.charged) > budget(state)
    failed, unknown = state.hosts("failed"), state.hosts("unknown") if over else []
    if state.fleet("failed") or (failed and over):
        return Stop(kind="failed", why=f"{', '.join(failed or state.fleet('failed'))} failed")
    if failed:
        return Stop(kind="spare", why=f"{', '.join(failed)} failed, within the failure budget")
    if state.halted:
        return Stop(kind="halted", why=state.halted.detail)
    if zero := batch_zero_failed(state):
        return Stop(kind="halted", why=zero)
    if unknown or state.fleet("unknown"):
        return Stop(kind="halted", why=f"{', '.join(unknown or state.fleet('unknown'))} unknown")
    return None


def staging(state: State) -> Stop | None:
    """Staging that fails anywhere stops the run, whatever the budget, with nothing touched (R3)."""
    for id, event in state.failures.items():
        task = state.task(id)
        if task and task.step == "stage" and state.status(task) not in DONE:
            why = f"staging failed on {task.host}: {event.detail}"
            return Stop(kind="halted", why=why, code=20 if state.touched else 4)
    return None


def budget(state: State) -> int:
    """Of the plays whose hosts broke; a batch's stricter one goes with its hosts, whenever they broke."""
    assert state.plan
    charged = state.charged
    mine = [play for play in state.plan.plays if charged & play.targets.keys()] or list(state.plan.plays)
    strict = [
        batch.budget
        for play in mine
        for batch in play.batches
        if batch.budget is not None and any(pipeline.host in state.broken for pipeline in batch.pipelines)
    ]
    return min([*(play.failure_budget for play in mine), *strict])


def batch_zero_failed(state: State) -> str:
    """R5: when the first hosts of batch 0, as many as may be out at once, fail one and all, it is not the hosts."""
    assert state.plan
    for play in state.plan.plays:
        for batch in play.batches:
            first = [pipeline.host for pipeline in batch.pipelines[: batch.width]]
            if batch.zero and all(host in state.left for host in first):
                return f"all of {', '.join(map(str, first))} failed, which served nowhere before"
    return ""


# ---- what comes after it


def decide(state: State, stop: Stop | None) -> Plan | int:
    """Another leg, or the end with this exit code."""
    assert state.plan
    if state.reverting:
        return after_revert(state, stop)
    if "revert" in state.asked:
        return reverted(state, "all", asked=True)
    if stop is None:
        return 23 if state.behind or state.broken else 0
    if stop.kind in ("halted", "paused", "blocked"):
        return stop.code
    if stop.kind == "spare":
        return something(reverted(state, "spare"), stop)
    if any(play.on_failure == "halt" for play in state.plan.plays if concerns(play, state)):
        return stop.code
    return something(reverted(state, "all"), stop)


def concerns(play: Play, state: State) -> bool:
    """The play failed, or nothing tells which."""
    broken = set(state.broken)
    return not broken or bool(broken & play.targets.keys())


def something(plan: Plan, stop: Stop) -> Plan | int:
    """A host that had its automatic revert waits for a person."""
    return plan if plan.plays or plan.scope == "all" else stop.code


def after_revert(state: State, stop: Stop | None) -> Plan | int:
    assert state.plan and state.forward
    if stop:
        return stop.code if stop.code >= 128 or stop.kind == "halted" else 22
    if "revert" in state.asked:
        return reverted(state, "all", asked=True)
    if state.broken or state.fleet("failed") or state.fleet("unknown"):
        return 22
    if state.plan.scope == "spare":
        return state.forward
    if any(host not in state.skipped for host in nothing_to_go_back_to(state)):
        return 22
    if any(host in state.skipped for host in state.touched):
        return 23
    return 0 if state.plan.asked else 21


def resumed(state: State) -> Plan | None:
    """A revert of single hosts that is over leaves the run forward; any other goes on as what it is."""
    plan, code = state.plan, state.code
    if plan is None or plan.direction == "forward" or plan.scope == "all":
        return None
    if code is None or code in (20, 22) or code >= 128:  # killed, failed or interrupted: it is not over
        return None
    return state.forward


# ---- the way back of a run


def reverted(state: State, scope: Scope, *, asked: bool = False) -> Plan:
    """Plays in reverse order: undone drains first, then broken hosts, then last touched first (R14)."""
    assert state.forward
    plays = (way_back(play, state, scope) for play in reversed(state.forward.plays))
    return replace(
        state.forward,
        plays=tuple(play for play in plays if play.batches),
        direction="revert",
        scope=scope,
        asked=asked,
    )


def way_back(play: Play, state: State, scope: Scope) -> Play:
    hosts = order(play, state, scope)
    pipelines = tuple(host_back(play, state, host) for host in hosts)
    batches = [Batch(name="revert", pipelines=pipelines, width=max(1, len(pipelines)))] if pipelines else []
    if scope == "all" and pipelines:
        marked = [*hosts, *(host for host in state.left if host not in hosts)]
        batches += [replace(batch, pipelines=_of(batch, marked)) for batch in play.batches if batch.name == "finish"]
    return replace(play, batches=tuple(batches), floor=floor_back(play, state))


def floor_back(play: Play, state: State) -> int:
    """A revert restores what was found, and cannot ask for more hosts than served then: a first deployment had none."""
    served = sum(bool(state.found[h]["served"]) if h in state.found else t.served for h, t in play.targets.items())
    others = len(play.hosts) - len(play.targets)
    return min(play.floor, served + others)


def _of(batch: Batch, hosts: list[str]) -> tuple[Pipeline, ...]:
    """A revert takes its marks away, and leaves releases alone."""
    mine = (pipeline for pipeline in batch.pipelines if pipeline.host in hosts)
    return tuple(replace(pipeline, tasks=pipeline.tasks[:1]) for pipeline in mine)


def host_back(play: Play, state: State, host: str) -> Pipeline:
    if host in state.changed:
        return play.ways_back[host]
    mine = next(p for p in play.pipelines() if p.host == host and p.put_back)
    return replace(mine, tasks=mine.put_back, takes=frozenset())


def order(play: Play, state: State, scope: Scope) -> list[str]:
    mine = [host for host in reversed(state.touched) if host in play.targets and can_go_back(play, state, host)]
    if scope == "spare":
        return [host for host in mine if host in state.hosts("failed") and host not in state.reverted]
    broken = set(state.broken) | set(state.fallen)
    return sorted(mine, key=lambda host: 0 if host not in state.changed else 1 if host in broken else 2)


def can_go_back(play: Play, state: State, host: str) -> bool:
    return host not in state.changed or host in play.ways_back


def nothing_to_go_back_to(state: State) -> Iterator[str]:
    """Touched hosts whose release zdd cannot restore."""
    assert state.forward
    for play in state.forward.plays:
        yield from (host for host in state.touched if host in play.targets and not can_go_back(play, state, host))

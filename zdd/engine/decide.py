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
    over = over_budget(state)
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


def over_budget(state: State) -> bool:
    """Each play counts its own hosts over all its batches; a batch's stricter budget goes with its hosts, whenever they
    broke."""
    charged = state.charged
    if not charged or not state.plan:
        return False
    batches = [state.batch(host) for host in charged]
    return any(len(charged & play.targets.keys()) > play.failure_budget for play in state.plan.plays) or any(
        batch and batch.budget is not None and sum(other is batch for other in batches) > batch.budget
        for batch in batches
    )


def batch_zero_failed(state: State) -> str:
    """R5: when the first hosts of batch 0, as many as may be out at once, fail one and all, it is not the hosts."""
    for batch in {batch.name: batch for host in state.zero if (batch := state.batch(host))}.values():
        hosts = [pipeline.host for pipeline in batch.pipelines if pipeline.host not in state.skipped]
        first = hosts[: batch.width]
        if all(host in state.zero for host in first):
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


def named(state: State) -> str:
    """Hosts that did not end where the run wanted them, each with what became of it."""
    groups = (
        (nothing_to_go_back_to(state) if state.reverting else (), "runs what zdd cannot take back"),
        ((*state.left, *state.zero), "is left behind"),
        (state.skipped, "is skipped"),
        (state.hosts("failed"), "failed"),
        (state.hosts("unknown"), "is unknown"),
    )
    words = {host: what for hosts, what in groups for host in hosts}
    out = state.taken_out
    return "; ".join(f"{host} {what}" + (", and was taken out" if host in out else "") for host, what in words.items())


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
    ways = {pipeline.host: pipeline for pipeline in play.pipelines() if pipeline.takes}
    pipelines = tuple(host_back(play, state, ways[host]) for host in hosts)
    batches = [Batch(name="revert", pipelines=pipelines, width=len(pipelines))] if pipelines else []
    marked = {host for host in (*hosts, *state.marked) if host in play.targets and can_go_back(play, state, host)}
    if scope == "all" and marked:
        batches += [replace(batch, pipelines=_of(batch, marked)) for batch in play.batches if batch.turn == 2]
    return replace(play, batches=tuple(batches), floor=floor_back(play, state))


def floor_back(play: Play, state: State) -> int:
    """A revert restores what was found, and cannot ask for more hosts than served then: a first deployment had none."""
    served = sum(bool(state.found[h]["served"]) if h in state.found else t.served for h, t in play.targets.items())
    others = len(play.hosts) - len(play.targets)
    return min(play.floor, served + others)


def _of(batch: Batch, hosts: set[str]) -> tuple[Pipeline, ...]:
    """A revert takes its marks away, and leaves releases alone."""
    mine = (pipeline for pipeline in batch.pipelines if pipeline.host in hosts)
    return tuple(replace(pipeline, tasks=pipeline.tasks[:1]) for pipeline in mine)


def host_back(play: Play, state: State, way: Pipeline) -> Pipeline:
    """Of a host that was not changed the drain is undone; one that zdd can't bring back serves nobody."""
    host = str(way.host)
    if host not in state.changed:
        return replace(way, tasks=way.put_back, leave_out=(), takes=frozenset())
    if host in play.ways_back:
        return play.ways_back[host]
    return replace(way, tasks=way.leave_out, put_back=())


def order(play: Play, state: State, scope: Scope) -> list[str]:
    """Those that go nowhere come last, when most of the others serve."""
    mine = [host for host in reversed(state.touched) if host in play.targets]
    if scope == "spare":
        failed = [host for host in state.hosts("failed") if host not in state.reverted]
        return [host for host in mine if host in failed and can_go_back(play, state, host)]
    broken = {*state.broken, *state.fallen}

    def rank(host: str) -> int:
        if host not in state.changed:
            return 0
        return 3 if host not in play.ways_back else 1 if host in broken else 2

    return sorted(mine, key=rank)


def can_go_back(play: Play, state: State, host: str) -> bool:
    return host not in state.changed or host in play.ways_back


def nothing_to_go_back_to(state: State) -> Iterator[str]:
    """Touched hosts whose release zdd cannot restore."""
    assert state.forward
    for play in state.forward.plays:
        yield from (host for host in state.touched if host in play.targets and not can_go_back(play, state, host))

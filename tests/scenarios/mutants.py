"""Known mistakes, put into the engine one at a time. Each must be caught by the scenarios, or they prove nothing.

Run by `scripts/mutants [WORD …]`: each mutant is a copy of the checkout with one text replaced.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGXCPU

ROOT = Path(__file__).parents[2]
LIMIT = 240  # seconds of a processor; a mutant that spins is caught as well
UNIT = ("steps/test_marks", "journal/test_store", "transport/test_fence", "engine/test_lease")
DIRECTED = (
    "leaving",
    "failures",
    "reverting",
    "lost_drains",
    "asked",
    "order",
    "rolling",
    "hours",
    "stopping",
    "installed",
    "taken_over",
    "without_balancer",
)
SWEEPS = ("machine", "histories", "faults")
QUICK_FIRST = [
    *(f"tests/scenarios/test_{name}.py" for name in DIRECTED),
    *(f"tests/unit/{name}.py" for name in UNIT),
    *(f"tests/scenarios/test_{name}.py" for name in SWEEPS),
]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake: in this file, this text becomes that one."""

    name: str
    file: str
    old: str
    new: str


ENGINE, DECIDE, STATE = "zdd/engine/engine.py", "zdd/engine/decide.py", "zdd/journal/state.py"
PERMIT, TRAVEL, WATCH, WINDOW, RUN = (
    f"zdd/engine/{name}.py" for name in ("permit", "travel", "watch", "window", "run")
)
LOOK = "zdd/steps/look.py"
REMAINING = "zdd/journal/remaining.py"
WAYS, MAKE, STRATEGIES = "zdd/plan/ways.py", "zdd/plan/make.py", "zdd/plan/strategies.py"

MUTANTS = (
    # R4, R5, R8: who may leave
    Mutant("the floor is not asked", PERMIT, "if left < play.floor:", "if False:"),
    Mutant("who is in flight counts for the floor", PERMIT, "gone = frozenset(map(str, {*self.run.in_flight, host}))", "gone = frozenset([host])"),
    Mutant("the drain does not ask again", PERMIT, "free = host in self.run.state.entered or", "free = True or"),
    Mutant("a drain that was lost asks the floor", PERMIT, "free = host in self.run.state.entered or", "free ="),
    Mutant("who was let in half changed asks the floor", PERMIT, "if pipeline.host in self.run.state.entered or all(", "if all("),
    Mutant("neighbours are not asked", PERMIT, "if (other not in up or other in gone) and", "if False and"),
    Mutant("a held neighbour blocks", PERMIT, "or other in gone) and not held(other):", "or other in gone):"),
    Mutant("who is held is known of the limit's hosts alone", MAKE, "held=frozenset(host for host, seen in self.seen.items() if seen.held)", "held=frozenset(host for host in targets if self.seen[host].held)"),
    Mutant("the last one up may leave", PERMIT, "last = snapshot.last_one(host, gone) if play.floor else", "last = snapshot.last_one(host, gone) if False else"),
    Mutant("part of the traffic is none", "zdd/balancers/traffic.py", "for m in members if m.serves) | self.well", "for m in members if m.up) | self.well"),
    Mutant("batch 0 has whoever is not fully up", "tests/scenarios/fleets.py", "nowhere = not any(universe.takes(lb, host)", "nowhere = not any(universe.up(lb, host)"),
    Mutant("the floor counts the limit's hosts alone", MAKE, "return floor(written, len(self.recipe.hosts),", "return floor(written, len(self.recipe.limited),"),
    Mutant("batch 0 is not among the selected hosts", STRATEGIES, "if host not in nowhere], len(ways))", "if host not in nowhere], len(ways) - len(zero))"),
    # R7: drains that are lost
    Mutant("the drain is not asserted before a change", TRAVEL, "and self.was_lost(pipeline.host)", "and False"),
    Mutant("half changed it is drained rather than shut", TRAVEL, '("shut", "idle") if entered else', '("drain", "empty", "shut", "idle") if entered else'),
    Mutant("unchanged it is shut on those who stick to it", TRAVEL, 'else ("drain", "quiesce", "empty", "shut", "idle")', 'else ("shut", "idle")'),
    Mutant("a host that stopped is let go", TRAVEL, 'if result != "stopped":  #', "if True:  #"),
    Mutant("the drain's watcher has no lock", WATCH, "        with self.run.section:\n            for play", "        if True:\n            for play"),
    Mutant("the watcher goes on after the host has opened", TRAVEL, "        if task.step in OPENS:\n", "        if False:\n"),
    Mutant("later halts at once", TRAVEL, "except NotNow as why:\n                return self.later(pipeline, task, why)\n            if task", "except Later as why:\n                raise Failed(str(why)) from why\n            except NotNow as why:\n                return self.later(pipeline, task, why)\n            if task"),
    Mutant("later for ever", STATE, "self.deferred[event.task] = None", "pass"),
    Mutant("force cuts the unknown", "zdd/steps/busy.py", 'drain.on_deadline == "force" and busy.known:', 'drain.on_deadline == "force":'),
    Mutant("a drain that was set again needs no idleness", WATCH, "self.run.lost.add(host)", "pass"),
    # R19: who gives way
    Mutant("a changed host gives up when asked to stop", RUN, "or host not in self.state.entered", "or True"),
    Mutant("nobody gives way", RUN, "return self.stop is not None and (", "return False and ("),
    Mutant("a host that could not leave is not put back", TRAVEL, "result = self.put_back(pipeline)", 'result = "later"'),
    Mutant(
        "a failed drain is not undone",
        TRAVEL,
        'if task.part == "out" and task.step != "look":',
        "if False:",
    ),
    Mutant("a changed host is put back", TRAVEL, "and host not in state.entered:", "and True:"),
    Mutant("a host nobody looked at is put back", TRAVEL, "if host in state.touched and", "if host and"),
    Mutant("a doubt is not looked at", TRAVEL, "seen = self.seen(task)", "seen = None"),
    Mutant("what nobody can see is done again", TRAVEL, "if seen is None and not task.safe:", "if False:"),
    Mutant("a person's word is not heard", TRAVEL, "if seen is None and word:", "if False:"),
    Mutant("a person's word is for every doubt", STATE, "self.settled.pop(task.host or task.on, None)", "pass"),
    Mutant("a doubt about the fleet has no name", TRAVEL, "self.run.state.settled.get(task.host or task.on)", "self.run.state.settled.get(task.host or task.id)"),
    Mutant("the intent is not journaled", TRAVEL, '        self.run.note("task.started", task)\n', ""),
    Mutant("the outcome is journaled as ok", TRAVEL, "status=outcome.status,", 'status="ok",'),
    Mutant("acts are repeated", REMAINING, 'if task.part in ("stage", "change") and state.status(task) not in DONE]', 'if task.part in ("stage", "change")]'),
    Mutant(
        "conditions are remembered",
        REMAINING,
        'if task.part in ("out", "back") or task in todo]',
        "if state.status(task) not in DONE]",
    ),
    Mutant("a started task is not in doubt", STATE, 'elif status in ("started", "unknown"):', "elif False:"),
    Mutant("a failed task is not tried again", STATE, 'if status in ("failed", "waiting"):', "if False:"),
    Mutant("a look leaves no trace", STATE, "self.touched.setdefault(task.host)  # a look", "pass  # a look"),
    Mutant("the found state is the newest one", LOOK, "found = site.state.found.get(host_of(task)) or (ours.found if ours else _found(now, state))", "found = _found(now, state)"),
    Mutant("a revert's look changes where a host is put back", LOOK, "fleet=site.play.fleet, found=found, stood=first)", "fleet=site.play.fleet, found=found, stood=now)"),
    Mutant("a look takes any mark for its own", LOOK, "if found.run not in (site.run, *adopted):", "if False:"),
    Mutant("who is put back loses its mark wherever it stands", "zdd/steps/unmark.py", 'if task.part == "out" and not at_home(site, task):', "if False:"),
    Mutant("an environment failure is the release's", STATE, 'if event.cause == "environment" and not self.reverting:', "if False:"),
    Mutant("batch 0 is charged", STATE, "elif zero and", "elif False and"),
    Mutant("a reverted host is still touched", STATE, "self.touched.pop(host, None)\n            self.changed.pop(host, None)", "pass"),
    Mutant("a mark that stays is taken for gone", STATE, 'and not event.data.get("stays"):', "and True:"),
    Mutant("who is home again bears no mark", STATE, "self.marked.setdefault(task.host)", "pass"),
    Mutant("a finished host is forgotten", STATE, "self.finished[host] = None", "pass"),
    Mutant("an abort is asked for ever", STATE, 'self.asked.pop("abort", None)  # this', "pass  # this"),
    Mutant("resume does not take those left behind", STATE, "ended = self.code == 23", "ended = False"),
    # R12, R13: causes and budgets
    Mutant("the budget is not counted", DECIDE, "over = over_budget(state)", "over = False"),
    Mutant("every failure is past the budget", DECIDE, "over = over_budget(state)", "over = True"),
    Mutant("plays share one budget", DECIDE, "len(charged & play.targets.keys()) > play.failure_budget", "len(charged) > play.failure_budget"),
    Mutant("a stricter budget is not asked", DECIDE, "batch and batch.budget is not None and", "False and"),
    Mutant("a stricter budget counts all hosts", DECIDE, "sum(other is batch for other in batches) >", "len(batches) >"),
    Mutant("hosts reverted alone are free", STATE, "return {*self.broken, *self.left}", "return set(self.broken)"),
    Mutant("batch 0 goes on though its first hosts fail", DECIDE, "if zero := batch_zero_failed(state):", 'if zero := "":'),
    Mutant("a skipped host saves batch 0", DECIDE, "if pipeline.host not in state.skipped]", "]"),
    Mutant("a lost host leads to a revert", DECIDE, 'state.hosts("failed"), state.hosts("unknown") if over else []', 'state.hosts("failed", "unknown"), []'),
    Mutant("an environment failure does not halt", DECIDE, "    if state.halted:\n        return Stop", "    if False:\n        return Stop"),
    Mutant("staging that fails is like any failure", DECIDE, "if stop := staging(state):", "if (stop := None):"),
    Mutant("on_failure is not asked", DECIDE, 'if any(play.on_failure == "halt"', 'if False and any(play.on_failure == "halt"'),
    Mutant("a revert goes in the order of the deploy", DECIDE, "for host in reversed(state.touched)", "for host in state.touched"),
    Mutant("a revert does not begin with the broken", DECIDE, "else 1 if host in broken else 2", "else 2"),
    Mutant("plays are reverted in their order", DECIDE, "for play in reversed(state.forward.plays)", "for play in state.forward.plays"),
    Mutant("a host is reverted again at each resume", DECIDE, "if host not in state.reverted]", "]"),
    Mutant("drains are undone last", DECIDE, "            return 0\n", "            return 9\n"),
    Mutant("what cannot go back serves on", DECIDE, "return replace(way, tasks=way.leave_out, put_back=())", "return replace(way, tasks=way.leave_out[-1:], put_back=())"),
    Mutant("what cannot go back has no note", WAYS, 'yield self.task("note", "out", "leave-out.note")', "yield from ()"),
    Mutant("what cannot go back is no matter", DECIDE, "if any(host not in state.skipped for host in nothing_to_go_back_to(state)):", "if False:"),
    Mutant("who stays unknown serves on", TRAVEL, 'if self.run.state.reverting and outcome.status == "unknown"', 'if False and outcome.status == "unknown"'),
    Mutant("who stays unknown is taken out whatever the floor", PERMIT, "return \"\" if free else self.kept_in", "return \"\" if free or self.run.state.reverting else self.kept_in"),
    Mutant("who is unchanged is taken out for its mark", DECIDE, "tasks=way.put_back, leave_out=(), takes", "tasks=way.put_back, takes"),
    Mutant("an interrupted revert is turned forward", ENGINE, '        self.run.note("run.resumed")\n', '        self.run.note("run.resumed")\n        if self.run.state.reverting and self.run.state.forward:\n            self.run.note("leg.started", plan=self.run.state.forward)\n'),
    Mutant("unchanged hosts are reverted in full", DECIDE, "    if host not in state.changed:\n        return replace", "    if host not in play.ways_back:\n        return replace"),
    Mutant("marks of hosts left behind outlive a revert", DECIDE, "for host in (*hosts, *state.marked) if", "for host in hosts if"),
    Mutant("a failed revert is called done", DECIDE, 'if state.broken or state.fleet("failed") or state.fleet("unknown"):\n        return 22', "if False:\n        return 22"),
    Mutant("a revert leaves its marks", DECIDE, 'if scope == "all" and marked:', "if False:"),
    Mutant("a single host's revert ends the run", DECIDE, 'if state.plan.scope == "spare":\n        return state.forward', 'if state.plan.scope == "spare":\n        return 21'),
    Mutant("a first deployment goes back under a floor it never had", DECIDE, "return min(play.floor, served + others)", "return play.floor"),
    Mutant("who was left out comes home batch by batch", ENGINE, "if away and (stop := self.roll(play, away, len(away))):", "if False:"),
    Mutant("`after` does not wait for every host", ENGINE, "if batch.whole and (", "if False and ("),
    Mutant("a revert stops at a failure", ENGINE, "if state.reverting:  #", "if False:  #"),
    Mutant("a signal hides what has failed", ENGINE, "        self.run.sync()\n        return self.grounds()\n", "        self.run.sync()\n        return None if self.run.signal else self.grounds()\n"),
    Mutant("the second Ctrl-C is like the first", RUN, "        if self.signal:\n", "        if False:\n"),
    Mutant("a host left out by a crash starts after Ctrl-C", WINDOW, "and not self.run.signal and", "and"),
    Mutant("hosts left out come home batch by batch", ENGINE, "self.roll(play, away, len(away))", "self.roll(play, away[:1], 1)"),
    Mutant("who was only looked at counts as out", ENGINE, "if any(state.status(task) for task in way.tasks[1:]) and not", "if not"),
    Mutant("plays are staged one by one", ENGINE, "sorted(batches, key=lambda each: each[1].turn)", "batches"),
    Mutant("Ctrl-C starts another host", ENGINE, "        if self.run.signal:\n", "        if False:\n"),
    Mutant("a pause is not heard", ENGINE, 'pause = "pause" in state.asked and', "pause = False and"),
    Mutant("an abort waits for the pause to end", "zdd/steps/pause.py", "if site.gives_way(None):", "if False:"),
    Mutant("an abort is not heard", ENGINE, 'if "abort" in state.asked:', "if False:"),
    Mutant("a revert by hand is not heard", ENGINE, 'if "revert" in state.asked:', "if False:"),
    Mutant("who fell is not looked for", ENGINE, "self.watch.charge_fallen()", "{}"),
    Mutant("out by hand is charged to the release", WATCH, 'if any(m.admin != "ready"', 'if False and any(m.admin != "ready"'),
    Mutant("earlier plays are not watched", WATCH, "        for play in self.run.plan.plays:\n            if any(host in finished", "        for play in self.run.plan.plays[-1:]:\n            if any(host in finished"),
    Mutant("unreachable is charged to the release", WATCH, 'status="unknown", detail=str(error), cause="host")', 'status="failed", detail=str(error))'),
    Mutant("drains are not held", ENGINE, "self.watch.hold_out()", "pass"),
    Mutant("a host that yields moves things", WINDOW, 'if result == "later":\n            self.yielded', 'if False:\n            self.yielded'),
    Mutant("the width is not kept", WINDOW, "            if len(self.run.in_flight) >= self.width:\n                break\n", ""),
    Mutant("who yields may start again for ever", WINDOW, "(not self.run.in_flight or pipeline.host in self.yielded)", "not self.run.in_flight"),
    Mutant("it waits for ever", WINDOW, "return self.run.world.clock.now() - self.moved > self.play.stall", "return False"),
    Mutant("blockers are not named", WINDOW, "{self.blockers()}", ""),
    Mutant("hosts are not shut", WAYS, '            yield self.task("shut", "out")\n', ""),
    Mutant("idleness is not awaited", WAYS, '            yield self.task("idle", "out")\n', "            pass\n"),
    Mutant("health is not asked", WAYS, "        if checked and health:\n            yield self.task(\"health\"", "        if False:\n            yield self.task(\"health\""),
    Mutant("workers are not resumed", WAYS, 'yield self.task("resume", "out", "put-back.resume", args={"as": "stood"})', "pass"),
    Mutant("the mark stays where nothing was changed", WAYS, 'yield self.task("unmark", "out", "put-back.unmark")', "yield from ()"),
    Mutant("a held host is put back as ready", "zdd/steps/enable.py", 'if admin == "ready":', "if True:"),
    Mutant("the drain does not ask the floor", "zdd/steps/drain.py", "if why := site.may_leave(host, snapshot):", "if why := '':"),
    Mutant("two drains check the floor at once", "zdd/steps/drain.py", "    with site.section:\n        snapshot = patiently", "    if True:\n        snapshot = patiently"),
    Mutant("one balancer that refuses keeps the others out", "zdd/steps/enable.py", "            yield balancer.name, error", "            yield balancer.name, error\n            return"),
    Mutant("another run's mark is no matter", "tests/scenarios/fakes.py", 'if it.mark and it.mark["run"] not in (plan.run, *plan.supersedes):', "if False:"),
    Mutant("one run alone is taken over", MAKE, "filter(None, (asked.supersedes, *asked.adopts))", "filter(None, (asked.supersedes, *asked.adopts[:1]))"),
    Mutant("a host is put back to where its own revert found it", "tests/scenarios/fakes.py", '{"run": plan.run, "found": found, "stood": first}', '{"run": plan.run, "found": found, "stood": now}'),
    Mutant("a broken reporter breaks the run", RUN, "                reporter.event(event, task)\n            except Exception as error:", "                reporter.event(event, task)\n            except ZeroDivisionError as error:"),
    Mutant("what the disk says of the journal is a bug", ENGINE, "if isinstance(gone, Broken):\n                raise gone.bug from None", "if gone.__cause__:\n                raise gone.__cause__ from None"),
    Mutant("who must say up is whoever ever did", "zdd/steps/up.py", "for name in site.traffic.balancers if found.get(name)", "for name in found if found.get(name)"),
    Mutant("a balancer that was left out is asked on", STATE, "(leg and leg.without([event.detail]) for leg in (self.plan, self.forward))", "self.plan, self.forward"),
    Mutant("what was written by others is not read", RUN, "        self._seq = event.seq\n", "        self._seq = event.seq\n        if event.kind == \"asked\":\n            return\n"),
    Mutant("an old epoch may write the journal", "tests/scenarios/universe.py", "if event.epoch < self.epoch:", "if False:"),
    Mutant("hosts do not check the epoch", "tests/scenarios/universe.py", "if epoch < it.epoch:", "if False:"),
    Mutant("the store takes an old epoch's word", "zdd/journal/store.py", "if row.epoch > event.epoch:", "if False:"),
    Mutant("a machine lets an old epoch change it", "zdd/transport/fence.py", '-gt {epoch} ]; then fence', '-gt {epoch}999 ]; then fence'),
    Mutant("a machine forgets which epoch it has seen", "zdd/transport/fence.py", "echo {epoch} > {where}/epoch.new &&", ":;"),
    Mutant("a journal that cannot be written is no matter", "tests/scenarios/universe.py", '            raise JournalLost("no space left on device")', "            return event"),
    Mutant("one reading is idle enough", "zdd/steps/idle.py", "READINGS = 3", "READINGS = 0"),
    Mutant("unknown is idle", "zdd/steps/busy.py", "counts[unit] = None if number is None or so_far is None else so_far + number", "counts[unit] = (so_far or 0) + (number or 0)"),
    Mutant("batch 0 comes last", STRATEGIES, "zero = [host for host in ways if host in nowhere]", "zero = []"),
    Mutant("hosts leave before all are staged", MAKE, "        yield from self._stage(play)\n        yield from self._prepare(play)\n        yield from self._once(self.recipe.before, \"before\")\n        yield from self._deploy(play)\n", "        yield from self._deploy(play)\n        yield from self._stage(play)\n"),
    Mutant("marks are never taken away", MAKE, "        yield Batch(name=\"finish\", pipelines=finish, width=self.recipe.staging_width)\n", "        yield from ()\n"),
    Mutant("what is being installed is known all the while", WAYS, 'return [way.task("installing", "change", args=args), *tasks,', "return [*tasks,"),
    Mutant("nobody asks whether it was installed", WAYS, '*tasks, way.task("installed", "change", args=args)]', "*tasks]"),
    Mutant("another version is not the release's failure", WAYS, 'frozenset({"installed", "health",', 'frozenset({"health",'),
    Mutant("a plan without a way back goes through", MAKE, "if host not in play.ways_back and not self.asked.no_way_back:", "if False:"),
    Mutant("a floor that can never be reached is waited for", MAKE, "if any(most - (host in serving) < play.floor for host in leaving):", "if False:"),
)  # fmt: skip


def caught(mutant: Mutant) -> bool:
    """Whether the scenarios fail with the mistake in."""
    with tempfile.TemporaryDirectory(prefix="zdd-mutant-") as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "zdd", copy / "zdd", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(
            ROOT / "tests", copy / "tests", ignore=shutil.ignore_patterns("__pycache__", "fleet", "machines")
        )
        shutil.copytree(ROOT / "playbooks", copy / "playbooks")
        shutil.copy(ROOT / "pyproject.toml", copy)
        file = copy / mutant.file
        text = file.read_text()
        if text.count(mutant.old) != 1:
            raise SystemExit(f"{mutant.name}: stands {text.count(mutant.old)} times in {mutant.file}: {mutant.old!r}")
        file.write_text(text.replace(mutant.old, mutant.new))
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *QUICK_FIRST]
        done = subprocess.run(command, cwd=copy, env=_environment(copy), capture_output=True, preexec_fn=_limited)
        if done.returncode in (0, 1, -SIGXCPU, -SIGKILL):
            return done.returncode != 0
        raise SystemExit(f"{mutant.name}: pytest says {done.returncode}: {done.stdout.decode()[-2000:]}")


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT + 5))


def _environment(copy: Path) -> dict[str, str]:
    """The copy is imported, not the checkout."""
    return {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}


def main(words: Sequence[str]) -> int:
    """Try each mutant whose name has one of the words; all of them without any."""
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.name for word in words)]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        results = list[bool]()
        for mutant, was_caught in zip(chosen, pool.map(caught, chosen), strict=True):
            print(f"{'caught' if was_caught else 'MISSED'}  {mutant.name}", flush=True)
            results.append(was_caught)
    missed = results.count(False)
    print(f"{len(results) - missed} of {len(results)} mutants caught")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

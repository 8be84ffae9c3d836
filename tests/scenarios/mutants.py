"""Known mistakes, put into the engine one at a time. Each must be caught by the scenarios, or they prove nothing.

Run by `scripts/mutants [WORD …]`: each mutant is a copy of the checkout with one text replaced.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMIT = 240  # seconds; a mutant that spins is caught as well


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
WAYS, MAKE, STRATEGIES = "zdd/plan/ways.py", "zdd/plan/make.py", "zdd/plan/strategies.py"

MUTANTS = (
    Mutant("the floor is not asked", PERMIT, "if len(left) < play.floor:", "if False:"),
    Mutant("who is in flight counts for the floor", PERMIT, "left = serving - gone - leaves", "left = serving - leaves"),
    Mutant("the drain does not ask again", PERMIT, "        if host in self.run.state.entered:\n", "        if True:\n"),
    Mutant("neighbours are not asked", PERMIT, "(other in gone or other not in serving) and", "False and"),
    Mutant("a held neighbour blocks", PERMIT, "and not self.held(play, other)", ""),
    Mutant("the last one up may leave", PERMIT, "return self.last_one(play, host, gone) if", 'return "" if'),
    Mutant("a drain that was lost is not noticed before a change", TRAVEL, "and self.was_lost(pipeline.host)", "and False"),
    Mutant("a drain that was set again needs no idleness", WATCH, "self.run.lost.add(host)", "pass"),
    Mutant("a host that is changed gives way", RUN, "or host not in self.state.entered", "or True"),
    Mutant("nobody gives way", RUN, "return self.stop is not None and (", "return False and ("),
    Mutant("a host that could not leave is not put back", TRAVEL, "result = self.put_back(pipeline)", 'result = "later"'),
    Mutant(
        "a failed drain is not undone",
        TRAVEL,
        'if task.part == "out" and task.step != "look":',
        "if False:",
    ),
    Mutant("a changed host is put back", TRAVEL, "and host not in state.entered:", "and True:"),
    Mutant("a host nobody looked at is put back", TRAVEL, "if host in state.touched and", "if True and"),
    Mutant("a doubt is not looked at", TRAVEL, "seen = self.seen(task)", "seen = None"),
    Mutant("what nobody can see is done again", TRAVEL, "if seen is None and not task.safe:", "if False:"),
    Mutant("a person's word is not heard", TRAVEL, "if seen is None and word:", "if False:"),
    Mutant("the intent is not journaled", TRAVEL, '        self.run.note("task.started", task)\n', ""),
    Mutant("the outcome is journaled as ok", TRAVEL, "status=outcome.status,", 'status="ok",'),
    Mutant("acts are repeated", STATE, 'if task.part in ("stage", "change") and state.status(task) not in DONE]', 'if task.part in ("stage", "change")]'),
    Mutant(
        "conditions are remembered",
        STATE,
        'if task.part in ("out", "back") or task in todo]',
        "if state.status(task) not in DONE]",
    ),
    Mutant("a started task is not in doubt", STATE, 'elif status in ("started", "unknown"):', "elif False:"),
    Mutant("a failed task is not tried again", STATE, 'if status in ("failed", "waiting"):', "if False:"),
    Mutant("a look leaves no trace", STATE, "self.touched.setdefault(task.host)  # a look", "pass  # a look"),
    Mutant("the found state is the newest one", STATE, 'self.found.setdefault(host, event.data["found"])', 'self.found[host] = event.data["found"]'),
    Mutant("an environment failure is the release's", STATE, 'if event.cause == "environment" and not self.reverting:', "if False:"),
    Mutant("batch 0 is charged", STATE, "elif zero and", "elif False and"),
    Mutant("a reverted host is still touched", STATE, "self.touched.pop(host, None)\n            self.changed.pop(host, None)", "pass"),
    Mutant("resume does not take those left behind", STATE, "ended = self.code == 23", "ended = False"),
    Mutant("the budget is not counted", DECIDE, "over = len(state.charged) > budget(state)", "over = False"),
    Mutant("every failure is past the budget", DECIDE, "over = len(state.charged) > budget(state)", "over = True"),
    Mutant("hosts reverted alone are free", STATE, "return {*self.broken, *(host for host in self.left if host in self.reverted)}", "return set(self.broken)"),
    Mutant("a lost host leads to a revert", DECIDE, 'state.hosts("failed"), state.hosts("unknown") if over else []', 'state.hosts("failed", "unknown"), []'),
    Mutant("an environment failure does not halt", DECIDE, "    if state.halted:\n        return Stop", "    if False:\n        return Stop"),
    Mutant("staging that fails is like any failure", DECIDE, "if stop := staging(state):", "if (stop := None):"),
    Mutant("on_failure is not asked", DECIDE, 'if any(play.on_failure == "halt"', 'if False and any(play.on_failure == "halt"'),
    Mutant("a revert goes in the order of the deploy", DECIDE, "for host in reversed(state.touched)", "for host in state.touched"),
    Mutant("a revert does not begin with the broken", DECIDE, "else 1 if host in broken else 2", "else 2"),
    Mutant("plays are reverted in their order", DECIDE, "for play in reversed(state.forward.plays)", "for play in state.forward.plays"),
    Mutant("a host is reverted again at each resume", DECIDE, "and host not in state.reverted", ""),
    Mutant("a failed revert is called done", DECIDE, 'if state.broken or state.fleet("failed") or state.fleet("unknown"):\n        return 22', "if False:\n        return 22"),
    Mutant("a revert leaves its marks", DECIDE, 'if scope == "all" and pipelines:', "if False:"),
    Mutant("a single host's revert ends the run", DECIDE, 'if state.plan.scope == "spare":\n        return state.forward', 'if state.plan.scope == "spare":\n        return 21'),
    Mutant("a first deployment goes back under a floor it never had", DECIDE, "return min(play.floor, served + others)", "return play.floor"),
    Mutant("who was left out comes home batch by batch", ENGINE, "if away and (stop := self.roll(play, away, len(away))):", "if False:"),
    Mutant("`after` does not wait for every host", ENGINE, "if batch.whole and (", "if False and ("),
    Mutant("a revert stops at a failure", ENGINE, "if state.reverting:  #", "if False:  #"),
    Mutant("Ctrl-C starts another host", ENGINE, "        if self.run.signal:\n", "        if False:\n"),
    Mutant("a pause is not heard", ENGINE, 'if "pause" in state.asked else None', 'if False else None'),
    Mutant("an abort is not heard", ENGINE, 'if "abort" in state.asked:', "if False:"),
    Mutant("a revert by hand is not heard", ENGINE, 'if "revert" in state.asked:', "if False:"),
    Mutant("who fell is not looked for", ENGINE, "self.watch.charge_fallen(play)", "pass"),
    Mutant("out by hand is charged to the release", WATCH, 'if play.balancers and any(m.admin != "ready"', 'if False and any(m.admin != "ready"'),
    Mutant("unreachable is charged to the release", WATCH, 'status="unknown", detail=str(error), cause="host")', 'status="failed", detail=str(error))'),
    Mutant("drains are not held", ENGINE, "self.watch.hold_out(play)", "pass"),
    Mutant("a host that yields moves things", WINDOW, 'if result == "later":\n            self.yielded', 'if False:\n            self.yielded'),
    Mutant("the width is not kept", WINDOW, "len(self.run.in_flight) >= self.width", "False"),
    Mutant("it waits for ever", WINDOW, "return self.run.world.clock.now() - self.moved > self.play.stall", "return False"),
    Mutant("blockers are not named", WINDOW, "{self.blockers()}", ""),
    Mutant("hosts are not shut", WAYS, '            yield self.task("shut", "out")\n', ""),
    Mutant("idleness is not awaited", WAYS, '            yield self.task("idle", "out")\n', "            pass\n"),
    Mutant("health is not asked", WAYS, "        if checked and health:\n            yield self.task(\"health\"", "        if False:\n            yield self.task(\"health\""),
    Mutant("workers are not resumed", WAYS, 'yield self.task("resume", "out", "put-back.resume")', "pass"),
    Mutant("the mark stays where nothing was changed", WAYS, 'yield self.task("unmark", "out", "put-back.unmark")', "yield from ()"),
    Mutant("a held host is put back as ready", "zdd/steps/enable.py", 'if admin == "ready":', "if True:"),
    Mutant("the floor's check and the drain are apart", "zdd/steps/drain.py", "(why := site.may_leave(host))", "(why := '')"),
    Mutant("one reading is idle enough", "zdd/steps/idle.py", "READINGS = 3", "READINGS = 0"),
    Mutant("unknown is idle", "zdd/steps/busy.py", "if None not in jobs else None", ""),
    Mutant("batch 0 comes last", STRATEGIES, "zero = [host for host in ways if host in nowhere]", "zero = []"),
    Mutant("hosts leave before all are staged", MAKE, "        yield from self._stage(play)\n        yield from self._prepare(play)\n        yield from self._once(self.recipe.before, \"before\")\n        yield from self._deploy(play)\n", "        yield from self._deploy(play)\n        yield from self._stage(play)\n"),
    Mutant("marks are never taken away", MAKE, "        yield Batch(name=\"finish\", pipelines=finish, width=self.recipe.staging_width)\n", "        yield from ()\n"),
    Mutant("a plan without a way back goes through", MAKE, "if host not in play.ways_back and not self.asked.no_way_back:", "if False:"),
    Mutant("a floor that can never be reached is waited for", MAKE, "if leaves and most - 1 < play.floor:", "if False:"),
)  # fmt: skip


def caught(mutant: Mutant) -> bool:
    """Whether the scenarios fail with the mistake in."""
    with tempfile.TemporaryDirectory(prefix="zdd-mutant-") as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "zdd", copy / "zdd", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(
            ROOT / "tests", copy / "tests", ignore=shutil.ignore_patterns("__pycache__", "fleet", "machines")
        )
        shutil.copy(ROOT / "pyproject.toml", copy)
        file = copy / mutant.file
        text = file.read_text()
        if text.count(mutant.old) != 1:
            raise SystemExit(f"{mutant.name}: stands {text.count(mutant.old)} times in {mutant.file}: {mutant.old!r}")
        file.write_text(text.replace(mutant.old, mutant.new))
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "tests/scenarios"]
        try:
            done = subprocess.run(command, cwd=copy, env=_environment(copy), capture_output=True, timeout=LIMIT)
        except subprocess.TimeoutExpired:
            return True
        return done.returncode == 1


def _environment(copy: Path) -> dict[str, str]:
    """The copy is imported, not the checkout."""
    return {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}


def main(words: Sequence[str]) -> int:
    """Try each mutant whose name has one of the words; all of them without any."""
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.name for word in words)]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        results = dict(zip(chosen, pool.map(caught, chosen), strict=True))
    for mutant, was_caught in results.items():
        print(f"{'caught' if was_caught else 'MISSED'}  {mutant.name}")
    missed = sum(not was_caught for was_caught in results.values())
    print(f"{len(results) - missed} of {len(results)} mutants caught")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

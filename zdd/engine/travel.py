"""One pipeline, from where it stands to its end, in a thread of its own."""

from collections.abc import Callable, Iterator

from zdd.engine.run import Run
from zdd.engine.site import PlaySite
from zdd.engine.watch import Watch
from zdd.errors import Failed, Gone, Later, Lost, NotNow
from zdd.journal.remaining import remaining
from zdd.model import DONE, Outcome, Pipeline, Play, Task
from zdd.steps.retrying import attempt

SETS = {"drain": "drain", "shut": "shut"}
OPENS = ("enable", "resume", "up", "steady")


class Travel:
    """Takes pipelines of a play through their tasks."""

    def __init__(self, run: Run, play: Play, site: PlaySite, watch: Watch) -> None:
        self.run, self.play, self.site, self.watch = run, play, site, watch

    def __call__(self, pipeline: Pipeline, home: Callable[[tuple[Pipeline, str]], None]) -> None:
        """Never raises: whatever happens, it comes home."""
        result = "gone"
        try:
            result = self.go(pipeline)
        except Lost as error:
            result = self.blind(pipeline, error)
        except Gone as gone:
            self.run.give_up(gone)
        except Exception as bug:
            self.run.give_up(Broken(bug))
        finally:
            if result != "stopped":  # where it stopped it may be out, and is held there
                self.let_go(pipeline.host)
            home((pipeline, result))

    def go(self, pipeline: Pipeline) -> str:
        """done · stopped · later · deferred"""
        for task in self.tasks(pipeline):
            self.run.check()
            if task.part in ("out", "change") and self.run.gives_way(pipeline.host):
                return self.put_back(pipeline)
            self.mind_the_drain(task)
            try:
                outcome = self.do(task)
            except NotNow as why:
                return self.later(pipeline, task, why)
            if task.step == "look" and outcome.status == "unchanged":
                return "done"
            if outcome.status not in DONE:
                return self.stopped(pipeline, task, outcome)
            self.remember_what_was_set(task)
        return "done"

    def stopped(self, pipeline: Pipeline, task: Task, outcome: Outcome) -> str:
        if task.part == "out" and task.step != "look":
            self.put_back(pipeline)
        if self.run.state.reverting and outcome.status == "unknown" and outcome.cause == "host":
            return self.leave_out(pipeline)
        return "stopped"

    def tasks(self, pipeline: Pipeline) -> Iterator[Task]:
        """What is left; before every change the way out once more where a balancer has forgotten it (R7). Half changed
        it may not serve a moment longer, so clients that stick to it get no time then."""
        for task in remaining(pipeline, self.run.state):
            if task.part == "change" and pipeline.host and self.was_lost(pipeline.host):
                entered = pipeline.host in self.run.state.entered
                steps = ("shut", "idle") if entered else ("drain", "quiesce", "empty", "shut", "idle")
                yield from (again for again in pipeline.part("out") if again.step in steps)
            yield task

    def was_lost(self, host: str) -> bool:
        forgotten = host in self.run.lost
        self.run.lost.discard(host)
        return forgotten or (bool(self.play.balancers) and not self.watch.read(self.play).is_shut(host))

    def mind_the_drain(self, task: Task) -> None:
        """What follows health opens the host again; never between a look at a drain and its repetition."""
        if task.step in OPENS:
            self.let_go(task.host)

    def let_go(self, host: str | None) -> None:
        """From now on nobody sets its drain again. In the section, or the watcher would be at it."""
        with self.run.section:
            self.run.set.pop(host or "", None)

    def remember_what_was_set(self, task: Task) -> None:
        if task.host and task.step in SETS:
            self.run.set[task.host] = SETS[task.step]

    # -- not now

    def blind(self, pipeline: Pipeline, error: Lost) -> str:
        """A balancer does not answer, so nobody can say whether the host is still out: nothing on it is changed."""
        self.run.note("run.halted", pipeline.tasks[0], detail=str(error), cause="environment")
        self.put_back(pipeline)
        return "stopped"

    def later(self, pipeline: Pipeline, task: Task, why: NotNow) -> str:
        status = "deferred" if isinstance(why, Later) else "later"
        self.run.note("task.waiting", task, status=status, detail=str(why))
        result = self.put_back(pipeline)
        self.site.clock.sleep(1.0)
        return "deferred" if status == "deferred" and result == "later" else result

    def put_back(self, pipeline: Pipeline) -> str:
        """To where it was, in every balancer, as long as nothing on it was changed. Never before it was looked at: an
        operator may have it out."""
        host, state = pipeline.host, self.run.state
        self.let_go(host)
        if host in state.touched and host not in state.entered:
            for task in pipeline.put_back:
                if self.do(task).status not in DONE:
                    return "stopped"  # to try again at once would be for ever
        return "later"

    def leave_out(self, pipeline: Pipeline) -> str:
        """R14: who stays unknown in a revert serves nobody, as soon as balancers and floor allow."""
        for task in pipeline.leave_out:
            try:
                outcome = self.do(task)
            except NotNow as why:
                self.run.note("task.waiting", task, status="later", detail=str(why))
                self.site.clock.sleep(1.0)
                return "later"
            if outcome.status not in DONE:
                break
            self.remember_what_was_set(task)
        return "stopped"

    # -- one task

    def do(self, task: Task) -> Outcome:
        """Intent, act, outcome. What is in doubt is looked at first, also right after it was lost (R11)."""
        outcome = self.settle(task) or self.act(task)
        if outcome.status == "unknown":
            self.site.clock.sleep(1.0)
            outcome = self.settle(task) or self.act(task)
        return outcome

    def settle(self, task: Task) -> Outcome | None:
        """Did it happen? None: it did not, or it is no matter; then it is done."""
        if self.run.state.status(task) not in ("doubt", "unknown") or task.part in ("out", "back"):
            return None
        seen = self.seen(task)
        word = self.run.state.settled.get(task.host or task.on)
        if seen is None and word:
            seen = word == "done"
        if seen:
            return self.end(task, Outcome(status="ok", detail="settled by looking"))
        if seen is None and not task.safe:
            why = UNSETTLED.format(where=task.host or task.on)
            return self.end(task, Outcome(status="unknown", detail=why, cause="host"))
        return None

    def seen(self, task: Task) -> bool | None:
        look = self.run.world.steps[task.step].look
        try:
            return look(self.site, task) if look else None
        except Lost:
            return None

    def act(self, task: Task) -> Outcome:
        self.run.note("task.started", task)
        try:
            return self.end(task, attempt(self.run.world.steps[task.step], self.site, task))
        except Failed as error:
            cause = error.cause or task.cause
            return self.end(task, Outcome(status="failed", detail=str(error), cause=cause, data=words(error)))
        except Lost as error:
            return self.end(task, Outcome(status="unknown", detail=str(error), cause=error.cause, data=words(error)))

    def end(self, task: Task, outcome: Outcome) -> Outcome:
        self.run.note(
            "task.ended",
            task,
            status=outcome.status,
            detail=outcome.detail,
            data=outcome.data,
            cause=outcome.cause,
        )
        return outcome


class Broken(Gone):
    """A bug in zdd: nothing more is done, and the cause is kept."""

    exit_code = 1

    def __init__(self, bug: Exception) -> None:
        super().__init__(f"{type(bug).__name__}: {bug}")
        self.bug = bug


UNSETTLED = "nobody can tell whether it happened: look there, then `zdd resume RUN --settle {where}=done|again`"


def words(error: Failed | Lost) -> dict[str, str]:
    """What people want to know of it beside the reason."""
    said = {"output": error.output, "origin": error.origin}
    return {name: text for name, text in said.items() if text}

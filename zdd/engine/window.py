"""One batch: a sliding window over its pipelines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from zdd.engine.crew import Inbox
from zdd.engine.permit import Permit
from zdd.engine.run import Run
from zdd.engine.travel import Travel
from zdd.engine.watch import Watch
from zdd.errors import Lost
from zdd.model import Pipeline, Play, Stop


@dataclass(slots=True)
class Window:
    """The pipelines that wait, and those in flight."""

    run: Run
    play: Play
    watch: Watch
    permit: Permit
    travel: Travel
    width: int
    pending: list[Pipeline]
    home: Inbox
    moved: float  # when something was last done with
    yielded: set[str | None] = field(default_factory=set)

    def came_home(self, pipeline: Pipeline, result: str) -> None:
        """Whatever keeps yielding is no progress."""
        del self.run.in_flight[pipeline.host]
        if result in ("later", "deferred"):
            self.pending.append(pipeline)
        if result == "later":
            self.yielded.add(pipeline.host)
        else:
            self.moved = self.run.world.clock.now()

    def late(self) -> bool:
        """Nothing has moved for as long as the playbook bears."""
        return self.run.world.clock.now() - self.moved > self.play.stall

    def start(self) -> None:
        """Who may start now, starts."""
        late, serving = self.late(), None
        for pipeline in list(self.pending):
            tired = late and (not self.run.in_flight or pipeline.host in self.yielded)
            if tired or len(self.run.in_flight) >= self.width or not self.allowed(pipeline):
                continue
            if pipeline.takes and serving is None:
                serving = self.watch.serving(self.play)
            if not self.permit.why_not(self.play, pipeline, serving or frozenset()):
                self.launch(pipeline)

    def launch(self, pipeline: Pipeline) -> None:
        self.pending.remove(pipeline)
        self.run.in_flight[pipeline.host] = pipeline
        self.run.world.crew.spawn(partial(self.travel, pipeline, self.home.put))

    def allowed(self, pipeline: Pipeline) -> bool:
        """Nothing asks to stop; or it was left out by a crash and comes home even so, as if it were in flight still:
        only a revert of the whole run takes it along."""
        stop, state = self.run.stop, self.run.state
        if stop is None:
            return True
        begun = bool(pipeline.put_back) and pipeline.host in state.touched
        taken_along = stop.kind in ("asked", "blocked") or (stop.kind == "failed" and self.play.on_failure == "revert")
        return begun and pipeline.host in state.entered and not self.run.signal and not taken_along

    def blockers(self) -> str:
        """Each pipeline that waits, and what for."""
        try:
            serving = self.watch.serving(self.play)
        except Lost as error:
            return str(error)
        whys = ((p, self.permit.why_not(self.play, p, serving)) for p in self.pending)
        return "; ".join(f"{p.host or p.tasks[0]} waits: {why or 'it keeps yielding'}" for p, why in whys)

    def blocked(self) -> Stop:
        return Stop(kind="blocked", why=f"nothing has moved for {self.play.stall:g} s: {self.blockers()}")


def waiting(pipelines: Sequence[Pipeline], run: Run) -> list[Pipeline]:
    """Those that have something left to do and were not given up."""
    state = run.state
    given_up = {*state.broken, *(state.skipped if state.reverting else state.behind)}
    return [p for p in pipelines if not state.done(p) and p.host not in given_up]

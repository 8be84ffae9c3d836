"""One batch: a sliding window over its pipelines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from zdd.balancers.traffic import Snapshot
from zdd.engine.crew import Inbox
from zdd.engine.permit import Permit
from zdd.engine.run import Run
from zdd.engine.travel import Travel
from zdd.engine.watch import Watch
from zdd.errors import Lost
from zdd.model import Pipeline, Play, Stop

NOBODY = Snapshot({}, {})


@dataclass(slots=True)
class Window:
    """The pipelines that wait, and those in flight."""

    run: Run
    play: Play
    watch: Watch
    permit: Permit
    travel: Travel
    width: int
    pending: dict[str, Pipeline]  # id of its first task -> it, in the order in which they go
    home: Inbox
    moved: float  # when something was last done with
    yielded: set[str | None] = field(default_factory=set)

    def came_home(self, pipeline: Pipeline, result: str) -> None:
        """Whatever keeps yielding is no progress."""
        del self.run.in_flight[pipeline.host]
        if result in ("later", "deferred"):
            self.pending[pipeline.tasks[0].id] = pipeline
        if result == "later":
            self.yielded.add(pipeline.host)
        else:
            self.moved = self.run.world.clock.now()

    def late(self) -> bool:
        """Nothing has moved for as long as the playbook bears."""
        return self.run.world.clock.now() - self.moved > self.play.stall

    @property
    def full(self) -> bool:
        """As many are out as may be, or nobody is left to go."""
        return len(self.run.in_flight) >= self.width or not self.pending

    def start(self, seen: Mapping[str, Snapshot]) -> None:
        """Who may start now, starts. `seen`: fleet -> what its balancers have said this time, where they were asked."""
        if self.full:
            return
        late, snapshot, started = self.late(), seen.get(self.play.fleet), list[str]()
        for id, pipeline in self.pending.items():
            tired = late and (not self.run.in_flight or pipeline.host in self.yielded)
            if tired or not self.allowed(pipeline):
                continue
            if pipeline.takes and snapshot is None:
                snapshot = self.watch.look(self.play)
            if not self.permit.why_not(self.play, pipeline, snapshot or NOBODY):
                started.append(id)
                self.launch(pipeline)
            if len(self.run.in_flight) >= self.width:
                break
        for id in started:
            del self.pending[id]

    def launch(self, pipeline: Pipeline) -> None:
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
            snapshot = self.watch.look(self.play)
        except Lost as error:
            return str(error)
        whys = ((p, self.permit.why_not(self.play, p, snapshot)) for p in self.pending.values())
        return "; ".join(f"{p.host or p.tasks[0]} waits: {why or 'it keeps yielding'}" for p, why in whys)

    def blocked(self) -> Stop:
        return Stop(kind="blocked", why=f"nothing has moved for {self.play.stall:g} s: {self.blockers()}")


def waiting(pipelines: Sequence[Pipeline], run: Run) -> dict[str, Pipeline]:
    """Those that have something left to do and were not given up."""
    state = run.state
    given_up = {*state.broken, *(state.skipped if state.reverting else state.behind)}
    return {p.tasks[0].id: p for p in pipelines if not state.done(p) and p.host not in given_up}

"""The only loop. Steps, balancers, probes and gates know nothing of batches; the world comes in as an argument."""

from collections.abc import Callable, Sequence

from zdd.engine.decide import decide, resumed, trouble
from zdd.engine.permit import Permit
from zdd.engine.run import Run
from zdd.engine.site import PlaySite
from zdd.engine.travel import Travel
from zdd.engine.watch import Watch
from zdd.engine.window import Window, waiting
from zdd.engine.world import Journal, Reporter, World
from zdd.errors import Gone, Interrupted, Lost
from zdd.model import Batch, Pipeline, Plan, Play, Stop


def anytime(play: Play, batch: Batch, left: int) -> str:
    """Why a batch may not begin now, of which so many hosts are left: no reason."""
    return ""


class Engine:
    """Carries a run from where its journal stands to its end. A fresh run is a resume from nothing."""

    def __init__(
        self,
        world: World,
        journal: Journal,
        epoch: int,
        reporters: Sequence[Reporter] = (),
        may_begin: Callable[[Play, Batch, int], str] = anytime,
    ) -> None:
        self.run = Run(world, journal, epoch, list(reporters))
        self.watch = Watch(self.run, self.site)
        self.permit = Permit(self.run, self.watch)
        self.may_begin = may_begin

    def site(self, play: Play) -> PlaySite:
        return PlaySite(self.run, play, self.permit.may_leave)

    # -- deploy, resume and revert are one path

    def go(self, plan: Plan | None = None) -> int:
        """Exit code of the run. `plan` is the first leg of a new run; without it the journal has one."""
        try:
            self.run.sync()
            if plan and not self.run.state.leg:
                self.run.note("leg.started", plan=plan)
            return self.carry_on()
        except Interrupted:
            self.run.note("run.stopped", data={"code": self.run.signal}, detail="interrupted twice")
            return self.run.signal
        except Gone as gone:
            if gone.__cause__:
                raise gone.__cause__ from None
            return gone.exit_code

    def carry_on(self) -> int:
        self.run.note("run.resumed")
        after = resumed(self.run.state)
        while True:
            if after is not None:
                self.run.note("leg.started", plan=after)
            self.run.stop = None
            self.run.stop = self.walk()
            decision = decide(self.run.state, self.run.stop)
            if isinstance(decision, int):
                why = self.run.stop.why if self.run.stop else ""
                self.run.note("run.stopped", data={"code": decision}, detail=why)
                return decision
            after = decision

    # -- one leg

    def walk(self) -> Stop | None:
        """Who was left out by a crash is brought home first, all at once, whichever batch they are of: else a batch
        that is tried again before theirs waits for the floor that they hold, for ever."""
        plays = self.run.plan.plays
        if not self.run.state.reverting:
            for play in plays:
                away = [pipeline for pipeline in play.pipelines() if self.left_out(play, pipeline)]
                if away and (stop := self.roll(play, away, len(away))):
                    return stop
        for play in plays:
            for batch in play.batches:
                if stop := self.batch(play, batch):
                    return stop
        return None

    def batch(self, play: Play, batch: Batch) -> Stop | None:
        if batch.whole and (self.run.state.behind or self.run.state.broken):
            return None  # `after` waits for every host
        if stop := self.too_late(play, batch):
            return stop
        return self.roll(play, batch.pipelines, batch.width)

    def too_late(self, play: Play, batch: Batch) -> Stop | None:
        """A batch that would outlast the window does not begin. A revert, and who is out already, ask nobody."""
        left = waiting(batch.pipelines, self.run)
        why = self.may_begin(play, batch, len(left)) if left and not self.run.state.reverting else ""
        return Stop(kind="paused", why=why, code=20 if self.run.state.touched else 6) if why else None

    def left_out(self, play: Play, pipeline: Pipeline) -> bool:
        state, host = self.run.state, pipeline.host
        if not pipeline.put_back or host not in state.touched or state.done(pipeline):
            return False
        try:
            return host in state.entered or host not in self.watch.serving(play)
        except Lost:
            return host in state.entered

    # -- one batch

    def roll(self, play: Play, pipelines: Sequence[Pipeline], width: int) -> Stop | None:
        """Who may start now, starts; whoever comes home is looked at. When nothing may start and nothing is out, it
        stops and names the blocker."""
        if not pipelines:
            return None
        window = self.window(play, waiting(pipelines, self.run), width)
        while window.pending or self.run.in_flight:
            self.look_around(play, window)
            if not self.run.in_flight and (self.run.stop or window.late()):
                return self.run.stop or window.blocked()
            if came := window.home.get(timeout=1.0):
                window.came_home(*came)
            self.run.check()
        self.run.sync()
        stop = self.why_stop()
        return None if stop and stop.kind == "paused" else stop

    def window(self, play: Play, pending: list[Pipeline], width: int) -> Window:
        travel = Travel(self.run, play, self.site(play), self.watch)
        clock, crew = self.run.world.clock, self.run.world.crew
        home = crew.inbox()
        return Window(self.run, play, self.watch, self.permit, travel, width, pending, home, clock.now())

    def look_around(self, play: Play, window: Window) -> None:
        """A balancer that does not answer halts the run at once: nobody could say who serves (R12)."""
        self.run.sync()
        try:
            self.watch.charge_fallen(play)
            self.run.stop = self.why_stop()
            window.start()
            self.watch.hold_out(play)
        except Lost as error:
            if not self.run.state.halted:
                self.run.note("run.halted", detail=str(error), cause=error.cause)
            self.run.stop = self.why_stop()

    def why_stop(self) -> Stop | None:
        state = self.run.state
        if self.run.signal:
            return Stop(kind="paused", why="interrupted", code=self.run.signal)
        if state.reverting:  # R14: nothing but a signal or a balancer that is gone stops a revert
            return Stop(kind="halted", why=state.halted.detail) if state.halted else None
        if "revert" in state.asked:
            return Stop(kind="asked", why="a revert was asked for")
        if "abort" in state.asked:
            return Stop(kind="failed", why="aborted by hand")
        if stop := trouble(state):
            return stop
        return Stop(kind="paused", why="a pause was asked for") if "pause" in state.asked else None

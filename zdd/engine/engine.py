"""The only loop. Steps, balancers, probes and gates know nothing of batches; the world comes in as an argument."""

from collections.abc import Callable, Iterator, Sequence

from zdd.balancers.traffic import Snapshot
from zdd.engine.decide import decide, named, trouble
from zdd.engine.permit import Permit
from zdd.engine.run import Run
from zdd.engine.site import PlaySite
from zdd.engine.travel import Broken, Travel
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
        return PlaySite(self.run, play, self.permit.may_leave, self.watch.serving)

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
            self.run.give_up(gone)
            if isinstance(gone, Broken):
                raise gone.bug from None
            return gone.exit_code

    def carry_on(self) -> int:
        """In the direction it was going: also a revert of single hosts is ended first."""
        self.run.note("run.resumed")
        while True:
            self.run.stop = None
            self.run.stop = self.walk()
            decision = decide(self.run.state, self.run.stop)
            if isinstance(decision, int):
                why = self.run.stop.why if self.run.stop else named(self.run.state)
                self.run.note("run.stopped", data={"code": decision}, detail=why)
                return decision
            self.run.note("leg.started", plan=decision)

    # -- one leg

    def walk(self) -> Stop | None:
        """Who was left out by a crash is brought home first, all at once, whichever batch they are of: else a batch
        that is tried again before theirs waits for the floor that they hold, for ever. Then every release is on every
        host before the first one leaves, and no mark goes before the last play is over."""
        plays = self.run.plan.plays
        for play in () if self.run.state.reverting else plays:
            away = list(self.left_out(play))
            if away and (stop := self.roll(play, away, len(away))):
                return stop
        batches = [(play, batch) for play in plays for batch in play.batches]
        for play, batch in sorted(batches, key=lambda each: each[1].turn):
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

    def left_out(self, play: Play) -> Iterator[Pipeline]:
        """A change has begun, or a drain, and it does not serve. Who was only looked at holds no place."""
        state = self.run.state
        ways = [way for host in state.touched if host in play.targets and (way := state.way(host))]
        begun = [way for way in ways if any(state.status(task) for task in way.tasks[1:]) and not state.done(way)]
        try:
            serving = self.watch.look(play).serving if begun else frozenset()
        except Lost:
            serving = frozenset(play.hosts)
        return (way for way in begun if way.host in state.entered or way.host not in serving)

    # -- one batch

    def roll(self, play: Play, pipelines: Sequence[Pipeline], width: int) -> Stop | None:
        """Who may start now, starts; whoever comes home is looked at. When nothing may start and nothing is out, it
        stops and names the blocker."""
        if not pipelines:
            return None
        window = self.window(play, waiting(pipelines, self.run), width)
        while window.pending or self.run.in_flight:
            self.look_around(window)
            if not self.run.in_flight and (self.run.stop or window.late()):
                return self.run.stop or window.blocked()
            if came := window.home.get(timeout=1.0):
                window.came_home(*came)
            self.run.check()
        self.run.sync()
        return self.grounds()

    def window(self, play: Play, pending: dict[str, Pipeline], width: int) -> Window:
        travel = Travel(self.run, play, self.site(play), self.watch)
        clock, crew = self.run.world.clock, self.run.world.crew
        home = crew.inbox()
        return Window(self.run, play, self.watch, self.permit, travel, width, pending, home, clock.now())

    def look_around(self, window: Window) -> None:
        """A balancer that does not answer halts the run at once: nobody could say who serves (R12)."""
        self.run.sync()
        seen: dict[str, Snapshot] = {}
        try:
            self.run.stop = self.why_stop()
            if self.run.stop is None and not window.full:
                seen = self.watch.charge_fallen()
                self.run.stop = self.why_stop()
            window.start(seen)
            self.watch.hold_out()
        except Lost as error:
            if not self.run.state.halted:
                self.run.note("run.halted", detail=str(error), cause=error.cause)
            self.run.stop = self.why_stop()

    def why_stop(self) -> Stop | None:
        state = self.run.state
        if self.run.signal:
            return Stop(kind="paused", why="interrupted", code=self.run.signal)
        if stop := self.grounds():
            return stop
        pause = "pause" in state.asked and not state.reverting
        return Stop(kind="paused", why="a pause was asked for") if pause else None

    def grounds(self) -> Stop | None:
        """Why the run may not go on as it is. A pause or a signal only keeps the next host from starting."""
        state = self.run.state
        if state.reverting:  # R14: nothing but a signal or a balancer that is gone stops a revert
            return Stop(kind="halted", why=state.halted.detail) if state.halted else None
        if "revert" in state.asked:
            return Stop(kind="asked", why="a revert was asked for")
        if "abort" in state.asked:
            return Stop(kind="failed", why="aborted by hand")
        return trouble(state)

"""What the engine sees of the balancers while hosts are out: who serves, whose drain was lost, who fell."""

from collections.abc import Callable, Iterator

from zdd.balancers.traffic import Snapshot, patiently
from zdd.engine.run import Run
from zdd.engine.site import PlaySite
from zdd.errors import Lost
from zdd.model import Pipeline, Play

EVERY = 2.0  # seconds between two looks at the balancers while a host is out (R7)


class Watch:
    """Reads balancers, a few times if need be, and sets again what they forgot."""

    def __init__(self, run: Run, sites: Callable[[Play], PlaySite]) -> None:
        self.run, self.sites, self.looked = run, sites, float("-inf")

    # -- who serves

    def serving(self, play: Play) -> frozenset[str]:
        """The play's hosts that serve, as the balancers say at this moment. Raises `Lost` (environment)."""
        return patiently(self.run.world.clock, self.run.world.traffic(play).serving) & frozenset(play.hosts)

    def snapshot(self, play: Play) -> Snapshot:
        return patiently(self.run.world.clock, self.run.world.traffic(play).read)

    # -- whose drain was lost

    def hold_out(self, play: Play) -> None:
        """R7: what was last set is set again where it was lost; its place in the floor is still the host's own."""
        now = self.run.world.clock.now()
        if not self.run.set or now - self.looked < EVERY:
            return
        self.looked = now
        with self.run.section:
            snapshot = self.snapshot(play)
            for host in sorted(self.run.set):
                self.set_again(play, host, snapshot)

    def set_again(self, play: Play, host: str, snapshot: Snapshot) -> None:
        """Idleness is awaited again after this."""
        last = self.run.set[host]
        kept = snapshot.is_shut(host) if last == "shut" else snapshot.is_drained(host)
        if kept:
            return
        self.run.lost.add(host)
        for balancer in self.run.world.traffic(play).of(host):
            (balancer.shut if last == "shut" else balancer.drain)(host)

    # -- who fell

    def charge_fallen(self, play: Play) -> None:
        """R10: before each new host, every host that this run has finished must still be up."""
        finished = list(self._finished(play))
        if not finished or self.run.state.reverting:
            return
        serving = self.serving(play)
        for pipeline in finished:
            if pipeline.host not in serving:
                self._judge(play, pipeline)

    def _finished(self, play: Play) -> Iterator[Pipeline]:
        state = self.run.state
        for pipeline in play.pipelines():
            host = pipeline.host
            mine = pipeline.put_back and host in state.touched and host not in {*state.broken, *state.behind}
            if mine and state.done(pipeline) and host not in self.run.in_flight:
                yield pipeline

    def _judge(self, play: Play, pipeline: Pipeline) -> None:
        """Its own check decides: out by hand or by a dead balancer is not the release's, unreachable is unknown."""
        host = str(pipeline.host)
        if play.balancers and any(m.admin != "ready" for m in self.snapshot(play).of(host)):
            return
        try:
            why = self.run.world.ill(self.sites(play), host)
        except Lost as error:
            self.run.note("host.fell", pipeline.tasks[-1], status="unknown", detail=str(error), cause="host")
            return
        if why:
            self.run.note("host.fell", pipeline.tasks[-1], status="failed", detail=f"{host} was up and fell: {why}")

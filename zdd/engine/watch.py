"""What the engine sees of the balancers while hosts are out: who serves, whose drain was lost, who fell."""

from collections.abc import Callable
from dataclasses import dataclass

from zdd.balancers.traffic import Snapshot, patiently
from zdd.engine.run import Run
from zdd.engine.site import PlaySite
from zdd.errors import Lost
from zdd.model import Play

EVERY = 2.0  # seconds between two looks at the balancers while a host is out (R7)


@dataclass(frozen=True, slots=True)
class Hosts:
    """A play's hosts at one moment."""

    seen: Snapshot
    up: frozenset[str]
    down: frozenset[str]


class Watch:
    """Reads balancers, a few times if need be, and sets again what they forgot."""

    def __init__(self, run: Run, sites: Callable[[Play], PlaySite]) -> None:
        self.run, self.sites, self.looked = run, sites, float("-inf")
        self._hosts: dict[str, Hosts] = {}  # fleet -> as they were last looked at

    # -- who serves

    def look(self, play: Play) -> Snapshot:
        """Who serves, and who takes any traffic, at this moment. Raises `Lost` (environment)."""
        return patiently(self.run.world.clock, self.run.world.traffic(play).everyone)

    def read(self, play: Play) -> Snapshot:
        """What the balancers alone say. Raises `Lost` (environment)."""
        return patiently(self.run.world.clock, self.run.world.traffic(play).read)

    def serving(self, play: Play, snapshot: Snapshot) -> frozenset[str]:
        """Those of the play's hosts that serve; a balancer may have others."""
        return self._sorted(play, snapshot).up

    def _sorted(self, play: Play, snapshot: Snapshot) -> Hosts:
        """Worked out once for each snapshot."""
        last = self._hosts.get(play.fleet)
        if last is None or last.seen is not snapshot:
            mine = frozenset(play.hosts)
            last = self._hosts[play.fleet] = Hosts(snapshot, mine & snapshot.serving, mine - snapshot.serving)
        return last

    # -- whose drain was lost

    def hold_out(self) -> None:
        """R7: what was last set is set again where it was lost; its place in the floor is still the host's own. So it
        is for those of earlier plays that stopped where they were."""
        now = self.run.world.clock.now()
        if not self.run.set or now - self.looked < EVERY:
            return
        self.looked = now
        with self.run.section:
            for play in self.run.plan.plays:
                if mine := sorted(host for host in self.run.set if host in play.targets):
                    snapshot = self.read(play)
                    for host in mine:
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

    def charge_fallen(self) -> dict[str, Snapshot]:
        """R10: before each new host, every host that this run has finished must still be up, of whatever play. Returns
        what was seen of each fleet."""
        finished, seen = self.run.state.finished, dict[str, Snapshot]()
        if not finished or self.run.state.reverting:
            return seen
        for play in self.run.plan.plays:
            if any(host in finished for host in play.targets):
                snapshot = seen[play.fleet] = self.look(play)
                for host in sorted(host for host in self._sorted(play, snapshot).down if host in finished):
                    if host in play.targets and host not in self.run.state.skipped:
                        self._judge(play, host, snapshot)
        return seen

    def _judge(self, play: Play, host: str, snapshot: Snapshot) -> None:
        """Its own check decides: out by hand or by a dead balancer is not the release's, unreachable is unknown."""
        way = self.run.state.way(host)
        assert way
        if any(m.admin != "ready" for m in snapshot.of(host)):
            return
        try:
            ill = self.run.world.ill(self.sites(play), host)
        except Lost as error:
            self.run.note("host.fell", way.tasks[-1], status="unknown", detail=str(error), cause="host")
            return
        if ill:
            why, data = f"{host} was up and fell: {ill}", {"origin": ill.origin} if ill.origin else {}
            self.run.note("host.fell", way.tasks[-1], status="failed", detail=why, data=data)

"""How many hosts of each fleet serve, by the journal, beside the floor."""

from dataclasses import dataclass, field

from zdd.model import DONE, Event, Plan, Play
from zdd.report.roster import Place


@dataclass(slots=True)
class Fleet:
    """One play's hosts. Those that the run does not work on are taken as serving until a drain has counted them."""

    name: str
    floor: int
    total: int
    serves: dict[str, bool]  # the hosts that the run works on
    others: int  # serving hosts that it does not work on
    held: set[str]
    before: dict[str, bool] = field(default_factory=dict)  # who has left -> did it serve until then

    @property
    def serving(self) -> int:
        return sum(self.serves.values()) + self.others

    def __str__(self) -> str:
        return f"{self.serving} of {self.total} serve"

    def leave(self, host: str) -> None:
        self.before.setdefault(host, self.serves[host])
        self.serves[host] = False

    def come_back(self, host: str, *, as_before: bool) -> None:
        """A held host is not enabled, and one that is put back goes to where it stood."""
        served = self.before.pop(host, self.serves[host])
        self.serves[host] = host not in self.held and (served or not as_before)


class Serving:
    """Out from the drain on, and in again when every balancer says that it is fully up."""

    def __init__(self) -> None:
        self.fleets: dict[str, Fleet] = {}

    def leg(self, plan: Plan) -> None:
        """A later leg has the same hosts; only its floor may be another."""
        for play in plan.plays:
            self.fleets.setdefault(play.fleet, _fleet(play)).floor = play.floor

    def event(self, event: Event, place: Place) -> None:
        fleet, host = self.fleets.get(place.fleet), place.task.host
        if fleet is None or host is None or host not in fleet.serves:
            return
        match event.kind:
            case "task.started" if place.task.step == "drain":
                fleet.leave(host)
            case "task.waiting" if place.task.step == "drain":
                fleet.come_back(host, as_before=True)
            case "task.ended" if event.status in DONE:
                _ended(fleet, host, event, place)
            case "host.fell":
                fleet.leave(host)


def _fleet(play: Play) -> Fleet:
    held = {host for host in play.targets if host in play.held}
    serves = {host: target.served and host not in held for host, target in play.targets.items()}
    return Fleet(play.fleet, play.floor, len(play.hosts), serves, len(set(play.hosts) - set(serves)), held)


def _ended(fleet: Fleet, host: str, event: Event, place: Place) -> None:
    """A look says how the host stood, a drain how many the balancers count without it."""
    if place.task.step == "look" and host not in fleet.before and "found" in event.data:
        found = event.data["found"]
        fleet.held = fleet.held | {host} if found.get("held") else fleet.held - {host}
        fleet.serves[host] = bool(found.get("served", fleet.serves[host])) and host not in fleet.held
    elif place.task.step == "drain" and "serving" in event.data:
        fleet.others = int(event.data["serving"]) - sum(fleet.serves.values())
    elif place.phase == "put back" and place.ends_its_phase:
        fleet.come_back(host, as_before=True)
    elif place.phase == "back" and _is_in(place):
        fleet.come_back(host, as_before=False)


def _is_in(place: Place) -> bool:
    """Every balancer says so; without balancers, its checks do."""
    waits_for_them = any(task.step == "up" for task in place.pipeline.tasks)
    return place.task.step == "up" if waits_for_them else place.ends_its_phase

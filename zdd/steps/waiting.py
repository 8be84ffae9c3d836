"""Waiting for something to become true on a host: polls fast at first, tells what it waits for, ends at a deadline."""

from dataclasses import dataclass, field

from zdd.balancers.traffic import Snapshot, patiently
from zdd.errors import NotNow
from zdd.model import Task
from zdd.steps import Site

FAST, SLOW = 0.05, 0.5
PART = 8  # of what was waited so far, a pause is no longer than an eighth: so much may be lost at the end


@dataclass(slots=True)
class Wait:
    """One wait of one task."""

    site: Site
    task: Task
    seconds: float
    yields: bool = False  # gives way when someone asks to stop
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.site.clock.now()

    @property
    def passed(self) -> float:
        return self.site.clock.now() - self.began

    @property
    def over(self) -> bool:
        return self.passed >= self.seconds

    def on(self, what: str, pause: float = 0.0) -> None:
        """Tell what is waited for, and let time pass. Raises `NotNow` when the host is asked to give way."""
        left = max(0.0, self.seconds - self.passed)
        self.site.tell(self.task, f"{what}, {left:.0f} s left of {self.seconds:g} s")
        if self.yields and self.site.gives_way(self.task.host):
            raise NotNow(f"asked to stop while waiting for {what}")
        self.site.clock.sleep(pause or min(max(FAST, self.passed / PART), SLOW, max(left, FAST)))


def read_traffic(site: Site) -> Snapshot:
    """What all balancers say; a reload is waited out. Raises `Lost`."""
    return patiently(site.clock, lambda: site.traffic.read())

"""Which hosts a run has touched, from its events: any change but the lease, zdd's own state and staged releases."""

from zdd.model import Event, Task


class Touched:
    """Hosts in the order in which they were touched first."""

    def __init__(self) -> None:
        self._hosts: dict[str, bool] = {}  # whether more was begun there than a look

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(self._hosts)

    def event(self, event: Event, task: Task | None) -> None:
        if not task or not task.host or task.part in ("stage", "finish"):
            return
        looks = task.step == "look"
        if event.kind == "task.started":
            self._hosts[task.host] = self._hosts.get(task.host, False) or not looks
        elif looks and event.status == "unchanged" and not self._hosts.get(task.host):
            self._hosts.pop(task.host, None)  # nothing to do there, and no mark left

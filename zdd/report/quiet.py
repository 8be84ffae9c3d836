"""Nothing while it runs; the exit code and the last word say how it went."""

from zdd.model import Event, Task


class Quiet:
    """Hears all and says nothing."""

    def event(self, event: Event, task: Task | None) -> None:
        """Not a word."""

    def waits(self, task: Task, text: str) -> None:
        """Not a word."""

    def close(self) -> None:
        """Nothing was opened."""

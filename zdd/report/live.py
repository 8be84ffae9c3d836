"""The run on a terminal, drawn anew a few times a second. However it ends, the terminal is as it was."""

import atexit
import threading
from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.constrain import Constrain
from rich.live import Live

from zdd.clock import Clock
from zdd.model import Event, Task
from zdd.report.board import Board
from zdd.report.live_view import live_view

ECHO = 2  # columns left free: where a terminal shows ^C, which must not begin a line of its own


class LiveView:
    """Draws a board. The last picture stays on the screen."""

    def __init__(self, console: Console, clock: Clock, past: Iterable[Event] = ()) -> None:
        self._board, self._console, self._clock = Board(), console, clock
        self._board.catch_up(past)
        self._lock = threading.Lock()
        self._live = Live(
            get_renderable=self._draw,
            console=console,
            refresh_per_second=5,
            transient=False,
            vertical_overflow="crop",
        )
        atexit.register(self.close)
        self._live.start()

    def event(self, event: Event, task: Task | None) -> None:
        with self._lock:
            self._board.event(event, task)

    def waits(self, task: Task, text: str) -> None:
        with self._lock:
            self._board.waits(task, text)

    def close(self) -> None:
        atexit.unregister(self.close)
        self._live.stop()

    def _draw(self) -> RenderableType:
        with self._lock:
            width = self._console.width - ECHO
            view = live_view(self._board, self._clock.wall(), self._console.height, width)
            return Constrain(view, width)

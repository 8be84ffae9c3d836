"""Who does the work: one thread for each host in flight, and the boxes in which they report."""

import queue
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Inbox(Protocol):
    """Where those who come home say so."""

    def put(self, item: Any) -> None: ...

    def get(self, timeout: float) -> Any:
        """The next one, or None after so many seconds."""


class Crew(Protocol):
    """Threads, locks and boxes come in as an argument, so that a test can let them take turns."""

    def spawn(self, work: Callable[..., None], *args: Any) -> None: ...

    def inbox(self) -> Inbox: ...

    def lock(self) -> AbstractContextManager[Any]:
        """A new lock that its owner may take again."""


class ThreadBox:
    """A queue that gives None instead of raising."""

    def __init__(self) -> None:
        self._items: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def put(self, item: Any) -> None:
        self._items.put(item)

    def get(self, timeout: float) -> Any:
        try:
            return self._items.get(timeout=timeout)
        except queue.Empty:
            return None


class Threads:
    """Real threads. They are daemons: a second Ctrl-C must not wait for a host that does not answer."""

    def spawn(self, work: Callable[..., None], *args: Any) -> None:
        threading.Thread(target=work, args=args, daemon=True).start()

    def inbox(self) -> Inbox:
        return ThreadBox()

    def lock(self) -> AbstractContextManager[Any]:
        return threading.RLock()

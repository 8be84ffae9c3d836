"""The shop's background worker.

RQ's own, told to stop in the moment in which it has taken a job from the queue and not yet begun it, drops that job.
This one only notes that it is to stop, and ends between two jobs.
"""

import os
from typing import Any

from redis import Redis
from rq import Queue, Worker
from rq.exceptions import StopRequested

QUEUE = "shop"
NAP = 1  # seconds that it waits for a job before it looks whether it is to stop


class ShopWorker(Worker):
    """Takes one job at a time, and begins each that it took."""

    @property
    def dequeue_timeout(self) -> int:
        return NAP

    def _shutdown(self) -> None:
        """Runs in a signal's handler, so it does no more than this."""
        self._stop_requested = True

    def dequeue_job_and_maintain_ttl(self, timeout: int | None, max_idle_time: int | None = None) -> Any:
        while not self._stop_requested:
            if taken := super().dequeue_job_and_maintain_ttl(NAP, max_idle_time=NAP):
                return taken
        raise StopRequested


def main(kind: type[Worker] = ShopWorker) -> None:
    """Under a name that no other start has: the old one stays registered for a while after a crash."""
    connection = Redis.from_url(os.environ["SHOP_REDIS"])
    name = f"{os.environ['SHOP_HOST']}.{os.getpid()}"
    kind([Queue(QUEUE, connection=connection)], connection=connection, name=name).work(logging_level="WARNING")


if __name__ == "__main__":
    main()

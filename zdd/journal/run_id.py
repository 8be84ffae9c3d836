"""Names of runs: short enough to type, and in the order in which the runs were made."""

from datetime import UTC, datetime
from random import Random

from zdd.clock import Clock


def new_run_id(clock: Clock, random: Random) -> str:
    """`20261124-1534-a3f9`. In UTC, so that the order survives the end of summer time."""
    return f"{datetime.fromtimestamp(clock.wall(), UTC):%Y%m%d-%H%M}-{random.randrange(16**4):04x}"

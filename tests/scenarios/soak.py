"""Random histories of a run: several faults at once, crashes, words of the operator, until all heals and it is carried
on to its end. A seed is a history. Run by `scripts/soak-scenarios`."""

import argparse
import os
import random
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from tests.scenarios.life import ASKED, FAULTS, HAPPENINGS, KINDS, Life
from tests.scenarios.simulation import Wrong


def history(seed: int) -> Life:
    """Raises `Wrong` with the whole story."""
    r = random.Random(seed)
    life = Life(
        r.choice(sorted(KINDS)),
        on_failure=r.choice(["revert", "revert", "halt"]),
        budget=r.choice([0, 0, 1]),
        on_deadline=r.choice(["halt", "later", "force"]),
    )
    try:
        for _ in range(r.randint(1, 5)):
            _one_process(life, r)
        life.end([r.randint(0, 99) for _ in range(9)])
    except Wrong as wrong:
        raise Wrong(f"seed {seed}: {wrong} {life.story}") from wrong
    return life


def _one_process(life: Life, r: random.Random) -> None:
    life.heal()
    for kind in r.sample([*FAULTS, "none", "none", "none"], 2):
        if kind != "none":
            life.fault(kind, r.randrange(1000), r.randrange(1000), r.randrange(2))
    life.go(r.choice([*HAPPENINGS, "crash"]), r.randint(0, 400), r.randint(0, 99))
    if r.random() < 0.3:
        life.ask(r.choice(ASKED))
    life.later(r.randint(0, 60))


def wrong(seed: int) -> str:
    """What is wrong with that history; empty if nothing."""
    try:
        history(seed)
    except Wrong as error:
        return str(error)
    except Exception:
        return f"seed {seed}: {traceback.format_exc()}"
    return ""


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Random histories of runs on fakes; a seed is a history.")
    parser.add_argument("--seeds", type=int, default=1000, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    asked = parser.parse_args(words)
    began, bad = time.monotonic(), 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for error in pool.map(wrong, range(asked.first, asked.first + asked.seeds), chunksize=20):
            if error:
                bad += 1
                print(f"WRONG {error}", flush=True)
    print(f"{asked.seeds} histories, {bad} wrong, {time.monotonic() - began:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""A run walked to its end, and its last word: what deploy, resume and revert have in common."""

import gc
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType

from zdd.cli.desk import Desk
from zdd.cli.leasing import renewed
from zdd.cli.saying import say
from zdd.cli.typed import typed
from zdd.cli.veiled import VeiledJournal, VeiledReporter
from zdd.clock import SystemClock
from zdd.engine.engine import Engine, anytime
from zdd.engine.lease import Lease
from zdd.engine.outside import Outside
from zdd.journal.state import fold
from zdd.journal.store import RunJournal
from zdd.model import Plan
from zdd.plan.in_hours import InHours
from zdd.report import Reporter
from zdd.report.choose import chosen
from zdd.report.explain import explained
from zdd.report.noticeboard import Noticeboard
from zdd.report.report_to import ReportTo


def carry(
    desk: Desk,
    run: str,
    leases: Mapping[str, Lease],
    output: str,
    plan: Plan | None = None,
    *,
    at_any_time: bool = False,
) -> int:
    """Exit code of the run, when it has been said what it means. `at_any_time`: whatever its windows say."""
    epochs = {fleet: lease.epoch for fleet, lease in leases.items()}
    journal = VeiledJournal(RunJournal(desk.store, run), desk.vault)
    epoch = desk.store.raise_epoch(run)
    shown = chosen(output, run=run, since=journal.since, past=journal.since(0), again=typed().again)
    noticeboard = Noticeboard(lambda note: desk.store.note_waits(run, note), SystemClock())
    others = ReportTo(journal.since, os.environ, say, again=typed().again)
    here: list[Reporter] = [VeiledReporter(shown, desk.vault), VeiledReporter(noticeboard, desk.vault)]
    may_begin = anytime if at_any_time else InHours(time.time, lambda: journal.since(0))
    world = Outside(desk.sessions, desk.store.files, epochs, desk.vault)
    engine = Engine(world, journal, epoch, [*here, others], may_begin)
    gc.freeze()  # plan and code are here to stay: the collector need not look through them again for each host
    with signals(engine), renewed(engine.run, leases):
        code = engine.go(plan)
    for reporter in here:
        reporter.close()
    last_word(desk, run, code, output, engine)
    with suppress(KeyboardInterrupt):  # whoever is slow to hear of it keeps nobody here
        others.close()
    return code


def last_word(desk: Desk, run: str, code: int, output: str, engine: Engine) -> None:
    """What the end means, what failed, and what to type next."""
    for error in engine.run.dropped:
        whole = typed().again(f"zdd show {run}")
        say(desk.vault.veil(f"from some moment on not all was shown ({type(error).__name__}: {error}): {whole}"))
    if code == 0:
        return
    why = str(engine.run.gone) if engine.run.gone else engine.run.stop.why if engine.run.stop else ""
    say(desk.vault.veil(explained(run, code, fold(desk.store.since(run, 0)), why=why, again=typed().again)))


@contextmanager
def signals(engine: Engine) -> Iterator[None]:
    """R19: the first Ctrl-C or SIGTERM asks it to stop, the second stops it; a closed terminal stops nothing."""

    def stop(number: int, frame: FrameType | None) -> None:
        engine.run.interrupt(128 + number)
        then = typed().again(f"zdd resume {engine.run.plan.run}")
        engine.run.check()  # the second time: wherever this thread waits, it waits no longer
        say(f"stopping: who is out is brought in first; once more stops now. Then: {then}")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    before[signal.SIGHUP] = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

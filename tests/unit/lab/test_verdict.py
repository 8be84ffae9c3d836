from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from zdd.lab.jobs import Count
from zdd.lab.stretch import Roll, Seen
from zdd.lab.tally import Latency, Summary
from zdd.lab.verdict import Verdict

QUICK = Latency(p50=0.0042, p99=0.02)
REQUESTS = Summary(
    requests=3000,
    failed=0,
    logged_out=0,
    not_found=0,
    reasons=Counter(),
    before=QUICK,
    during=QUICK,
    during_requests=1500,
    versions=("1.0", "1.1"),
    hosts=("web1",),
)
GOOD = Seen(
    requests=REQUESTS,
    during=QUICK,
    during_requests=1500,
    jobs=Count(enqueued=150, lost=(), twice=()),
    rolls=(Roll(0.0, 12.0, {"web1": 3.21}), Roll(20.0, 28.0, {"web1": 9.0})),
    runs={"web1": "1.1"},
)
BAD = replace(
    GOOD,
    requests=replace(REQUESTS, failed=7, reasons=Counter({"status 503": 7})),
    jobs=Count(enqueued=150, lost=("a",), twice=()),
)


def verdict(zdd: Seen = GOOD, script: Seen = BAD) -> Verdict:
    return Verdict(versions=("1.0", "1.1"), zdd=zdd, script=script)


def asked(**about: Any) -> Seen:
    return replace(GOOD, requests=replace(REQUESTS, **about))


def test_it_is_good_enough_if_nobody_noticed_zdd_and_somebody_noticed_the_script() -> None:
    assert list(verdict().faults()) == []
    rows = dict(verdict().rows())
    assert rows["  failed"] == ("0", "7") and rows["  lost"] == ("0", "1")
    assert rows["p50 / p99 before"][0] == "4.2 / 20.0 ms"
    assert rows["web1"][0] == "3.2 s out, runs 1.1"
    assert rows["  in rolls"][0] == "1500 in 20 s"


@pytest.mark.parametrize(
    ("zdd", "fault"),
    [
        (asked(failed=1, reasons=Counter({"status 503": 1})), "1 requests failed: 1 × status 503"),
        (asked(logged_out=2), "2 times somebody was logged out"),
        (asked(not_found=3), "3 assets were not found"),
        (asked(requests=2999), "only 2999 requests were made, 3000 are needed"),
        (asked(versions=("1.1",)), "1.0 was not seen answering"),
        (asked(versions=("1.0", "1.1", "1.2")), "1.2 is broken, and was seen answering"),
        (replace(GOOD, jobs=Count(enqueued=150, lost=("a", "b"), twice=())), "2 jobs were lost: a, b"),
        (replace(GOOD, jobs=Count(enqueued=150, lost=(), twice=("a",))), "1 jobs were run twice: a"),
        (replace(GOOD, jobs=Count(enqueued=149, lost=(), twice=())), "only 149 jobs were enqueued, 150 are needed"),
        (replace(GOOD, rolls=GOOD.rolls[:1]), "only 12 s of traffic were inside the rolls, 20 are needed"),
        (replace(GOOD, runs={"web1": ""}), "web1 runs nothing, not 1.1"),
    ],
)
def test_anything_less_is_not(zdd: Seen, fault: str) -> None:
    assert list(verdict(zdd).faults()) == [f"zdd: {fault}"]


@pytest.mark.parametrize(
    ("script", "fault"),
    [(replace(BAD, requests=REQUESTS), "failed no request"), (replace(BAD, jobs=GOOD.jobs), "lost no job")],
)
def test_a_script_that_does_no_harm_proves_nothing(script: Seen, fault: str) -> None:
    assert list(verdict(script=script).faults()) == [f"the bare script {fault}, so this proves nothing"]


def test_work_that_was_run_twice_is_harm_too() -> None:
    assert list(verdict(script=replace(BAD, jobs=Count(enqueued=150, lost=(), twice=("a",)))).faults()) == []

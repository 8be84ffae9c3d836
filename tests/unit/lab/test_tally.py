import json
import math
from collections import Counter
from pathlib import Path

import pytest

from zdd.lab.outage import out_of_service
from zdd.lab.request import LOGGED_OUT, NO_ASSET, WHOLE, Answer, Request, fault, nth
from zdd.lab.tally import percentile, read, summary

HUNDREDS = [nth(number) for number in range(3000)]


def answer(at: float, took: float = 0.01, asked: float = 0.0, version: str = "1.0", error: str = "") -> Answer:
    return Answer(
        number=0,
        user="user0",
        at=at,
        took=took,
        asked=asked,
        kind="page",
        kept=True,
        status=200,
        version=version,
        host="web1",
        error=error,
    )


def test_the_mix_of_traffic() -> None:
    assert sum(request.method == "POST" for request in HUNDREDS) == 600
    assert sum(request.asked == 2.0 for request in HUNDREDS) == 300
    assert sum(request.kept for request in HUNDREDS) == 2000
    with_sessions = Counter(nth(number, WHOLE).kind for number in range(3000))
    assert with_sessions == {"slow": 300, "order": 600, "account": 900, "cart": 600, "page": 600}


@pytest.mark.parametrize("kept", [True, False])
def test_every_kind_of_request_comes_on_old_and_on_new_connections(kept: bool) -> None:
    kinds = {(request.method, request.asked) for request in HUNDREDS if request.kept is kept}
    assert kinds == {("GET", 0.0), ("GET", 2.0), ("POST", 0.0)}


GOOD = {"version": "1.0", "host": "web1"}


@pytest.mark.parametrize(
    ("number", "status", "body", "wrong"),
    [
        (2, 200, json.dumps(GOOD), ""),
        (2, 503, json.dumps(GOOD), "status 503"),
        (2, 200, "<html>", "an answer that is not JSON"),
        (2, 200, "{}", "an answer without version and host"),
        (1, 200, json.dumps(GOOD | {"order": "order 1"}), ""),
        (1, 200, json.dumps(GOOD | {"order": "order 6"}), "another order than the one that was sent"),
        (1, 200, json.dumps(GOOD), "another order than the one that was sent"),
    ],
)
def test_an_answer_is_judged(number: int, status: int, body: str, wrong: str) -> None:
    assert fault(nth(number), status, body.encode()) == wrong


ACCOUNT = Request(number=1, kind="account", path="/account")
ASSET = Request(number=1, kind="asset", path="/assets/1.0-2c26b46b.css")  # of "foo"


@pytest.mark.parametrize(
    ("request_", "status", "body", "wrong"),
    [
        (ACCOUNT, 200, json.dumps(GOOD | {"user": "ada"}), ""),
        (ACCOUNT, 200, json.dumps(GOOD | {"user": "bob"}), "another user than the one who logged in"),
        (ACCOUNT, 401, json.dumps(GOOD), LOGGED_OUT),
        (ACCOUNT, 404, json.dumps(GOOD), "status 404"),
        (ASSET, 200, "foo", ""),
        (ASSET, 200, "fool", "another asset than its name says"),
        (ASSET, 404, "no such asset", NO_ASSET),
        (ASSET, 503, "", "status 503"),
    ],
)
def test_sessions_and_assets_are_judged(request_: Request, status: int, body: str, wrong: str) -> None:
    assert fault(request_, status, body.encode(), "ada") == wrong


def test_a_record_is_read_in_order_without_the_line_that_is_being_written(tmp_path: Path) -> None:
    record = tmp_path / "record"
    record.write_text(answer(2.0).line() + answer(1.0).line() + answer(3.0).line()[:20])
    assert [found.at for found in read(record)] == [1.0, 2.0]


def test_the_summary_tells_the_roll_from_the_rest() -> None:
    answers = [answer(1.0, took=0.5), answer(5.0, took=0.1), answer(6.0, version="1.1"), answer(20.0, version="1.2")]
    seen = summary(answers, 4.0, 10.0)
    assert (seen.requests, seen.during_requests, seen.failed) == (4, 2, 0)
    assert seen.versions == ("1.0", "1.1")
    assert seen.before.p50 == 0.5
    assert seen.during.p99 == 0.1


def test_a_failure_counts_wherever_it_falls_and_has_its_reason() -> None:
    answers = [answer(1.0, error="status 503"), answer(5.0, error="status 503"), answer(20.0, error="TimeoutError")]
    seen = summary(answers, 4.0, 10.0)
    assert seen.failed == 3
    assert seen.reasons == {"status 503": 2, "TimeoutError": 1}
    assert seen.versions == ()
    assert math.isnan(seen.during.p50)


def test_who_was_logged_out_and_what_was_not_found_is_counted_by_itself() -> None:
    errors = [LOGGED_OUT, LOGGED_OUT, NO_ASSET, "status 503"]
    seen = summary([answer(1.0, error=error) for error in errors], 0.0, 9.0)
    assert (seen.failed, seen.logged_out, seen.not_found, seen.reasons) == (1, 2, 1, {"status 503": 1})


def test_latency_is_without_the_seconds_that_were_asked_for() -> None:
    assert summary([answer(1.0, took=2.25, asked=2.0)], 0.0, 9.0).during.p50 == 0.25


@pytest.mark.parametrize(("percent", "value"), [(50, 50), (99, 99), (100, 100), (1, 1)])
def test_percentiles_are_values_that_were_there(percent: float, value: float) -> None:
    assert percentile(list(range(1, 101)), percent) == value


def test_a_host_is_out_from_drain_until_it_is_up() -> None:
    states = {"a": "UP", "b": "UP 1/2", "c": "no check", "d": "DRAIN", "e": "MAINT", "f": "DOWN 1/2"}
    rows = [f"shop,{name},{state}," for name, state in states.items()]
    assert out_of_service("# pxname,svname,status,\n" + "\n".join(rows) + "\n\n") == {"d", "e", "f"}

"""status, history and show."""

import re
from datetime import UTC

import pytest

from tests.unit.report.shop import FLEET, RUN, Story, way
from zdd.journal.run_record import RunRecord
from zdd.journal.state import fold
from zdd.report.history_text import history_text
from zdd.report.recorded import Recorded, recorded
from zdd.report.run_text import run_text
from zdd.report.status_text import HostStatus, Live, status_text


def record(code: int | None = 0, **about: object) -> RunRecord:
    known: dict[str, object] = {
        "id": RUN,
        "fleets": (FLEET,),
        "created": 0.0,
        "playbook": "shop.yml",
        "versions": "1.0 → 1.1",
        "direction": "forward",
        "epoch": 0,
        "seq": 7,
        "last": 75.0,
        "by": "ops@control",
        "reason": "monday",
    }
    return RunRecord(code=code, **{**known, **about})  # type: ignore[arg-type]


def test_status_marks_what_is_not_as_the_journal_has_it() -> None:
    story = Story().begin().do(*way("web1").tasks, *way("web2").tasks[:2])
    live = {
        "web1": Live(runs="1.0-aaaaaaaa", serving=True, balancers="lb1: ready"),
        "web2": Live(runs="1.0-aaaaaaaa", serving=False, balancers="lb1: drain"),
        "web3": Live(note="no route to host"),
    }
    hosts = [HostStatus(recorded=host, live=live[host.host]) for host in recorded(fold(story.events))]
    assert [host.disagreements for host in hosts] == [("release",), (), ()]
    text = status_text(hosts)
    lines = text.splitlines()
    assert [line[:6] for line in lines[2:5]] == ["!  web", "   web", "   web"]
    assert "on its way out or back, not changed" in lines[3]
    assert "unknown" in lines[4] and "no route to host" in lines[4]
    assert lines[-1] == "! 1 of 3 hosts are not as the journal has them"


def test_a_host_that_should_serve_and_does_not_is_marked() -> None:
    (first, *_) = recorded(fold(Story().begin().events))
    assert HostStatus(recorded=first, live=Live(runs=first.release, serving=False)).disagreements == ("serving",)


@pytest.mark.parametrize(
    ("release", "runs", "agree"),
    [
        ("1.0-aaaaaaaa or 1.1-bbbbbbbb", "1.1", True),
        ("1.0-aaaaaaaa or 1.1-bbbbbbbb", "1.0", True),
        ("nothing or 1.1-bbbbbbbb", "", True),
        ("1.0-aaaaaaaa or 1.1-bbbbbbbb", "1", False),
        ("1.0-aaaaaaaa or 1.1-bbbbbbbb", "1.2", False),
        ("1.1-bbbbbbbb", "1.1", False),
    ],
)
def test_in_the_middle_of_an_installation_a_host_tells_a_version_alone(release: str, runs: str, agree: bool) -> None:
    host = Recorded(host="web1", fleet="shop@lab", release=release, serving=None)
    assert HostStatus(recorded=host, live=Live(runs=runs)).disagreements == (() if agree else ("release",))


def test_status_without_a_look_says_so() -> None:
    hosts = [HostStatus(recorded=host) for host in recorded(fold(Story().begin().events))]
    assert status_text(hosts).count("not looked at") == 3
    assert status_text([]) == "no hosts"


def test_history_is_a_row_a_run() -> None:
    rows = [
        record(20),
        record(None, direction="revert", around="--skip web3"),
        record(21, fleets=(FLEET, "blog@lab")),
        record(None, given_up="web3 is replaced"),
    ]
    lines = [re.split("  +", line) for line in history_text(rows, UTC).splitlines()]
    assert [line[-3:] for line in lines] == [
        ["ended", "by", "why"],
        ["20 halted", "ops@control", "monday"],
        ["not ended", "ops@control", "monday (--skip web3)"],
        ["21 failed, and reverted", "ops@control", "monday"],
        ["given up: web3 is replaced", "ops@control", "monday"],
    ]
    text = history_text(rows, UTC)
    assert "1970-01-01 00:00:00  1m15s  1.0 → 1.1, reverted" in text
    assert "shop@lab blog@lab" in text
    assert history_text([]) == "no runs yet"


def test_show_tells_the_events_in_order() -> None:
    story = (
        Story().begin().do(way("web1").tasks[1]).fail(way("web1").tasks[4], "exit 1", output="gone").stop(20, "web1")
    )
    lines = run_text(record(20), story.events, UTC).splitlines()
    assert lines[0] == f"{RUN}  shop@lab  1.0 → 1.1"
    assert lines[1] == "begun 1970-01-01 00:00:00, 7 events, 20 halted"
    assert lines[2:4] == ["by ops@control: monday", "playbook shop.yml"]
    assert [re.split("  +", line)[1:4] for line in lines[6:9]] == [
        ["web1", "1.0-aaaaaaaa or 1.1-bbbbbbbb", "out"],
        ["web2", "1.0-aaaaaaaa", "serving"],
        ["web3", "1.0-aaaaaaaa", "serving"],
    ]
    assert lines[10:] == [
        f"00:00:00 shop@lab deploy begins: 1.0 → 1.1 on 3 hosts: web[1-3]; at least 2 of 3 serve; run {RUN}",
        "00:00:00 web1 drain ok (0.1s)",
        "00:00:00 web1 restart shop failed (0.1s) at shop.yml:7:3: exit 1",
        "    gone",
        "00:00:00 halted; the fleet may run both releases, and the run can be carried on (exit 20): web1",
    ]

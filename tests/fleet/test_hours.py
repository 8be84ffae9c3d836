"""A window that closes in the middle of a roll, on real parts."""

import re
from datetime import UTC, datetime, timedelta

from tests.fleet.program import QUICK, Program


def test_near_its_end_the_run_pauses_and_goes_on_in_the_next(zdd: Program) -> None:
    zdd.deploy("1.0")
    now = datetime.now(UTC)
    window = f"{now:%Y-%m-%d %H:%M:%S} - {now + timedelta(seconds=8):%Y-%m-%d %H:%M:%S} UTC"
    zdd.playbook = f"{QUICK}window: [{window}]\npause: 6s\n"
    with zdd.no_request_fails():
        said = zdd.deploy("1.1", 20)
        assert "window" in said and zdd.versions() == {"1.0", "1.1"}
        outside = zdd.must(6, "resume", "-y")
        assert re.search(r"outside its window; it opens never.*a revert needs none", outside)
        assert "next: zdd revert " in outside
        assert zdd.versions() == {"1.0", "1.1"}
        zdd.must(0, "resume", "-y", "--override", "the fix is urgent")
    assert zdd.versions() == {"1.1"}
    assert "the fix is urgent" in [event.detail for event in zdd.events() if event.kind == "asked"]
    zdd.must(6, *zdd.deploy_words("1.0"))
    zdd.must(0, "revert", "-y")
    assert zdd.versions() == {"1.0"}

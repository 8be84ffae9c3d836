"""The page of a run, as a browser and a parser read it."""

import json
import re
from dataclasses import dataclass, field, replace
from datetime import UTC
from html.parser import HTMLParser
from typing import Any

from tests.unit.report.shop import FLEET, RUN, Story, batch, plan, play, way
from zdd.journal.run_record import RunRecord
from zdd.report.page import page

EVIL = "</script><img src=x onerror=alert(1)> & <b>"


@dataclass
class Read(HTMLParser):
    """What stands on the page."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._at = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._at = tag
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._at, []).append(data)

    def having(self, word: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.tags if word in (attributes.get("class") or "").split()]


def record(code: int | None = 0) -> RunRecord:
    return RunRecord(
        id=RUN,
        fleets=(FLEET,),
        created=0.0,
        playbook="shop.yml",
        versions="1.0 → 1.1",
        direction="forward",
        epoch=1,
        seq=9,
        code=code,
        last=90.0,
    )


def failed() -> Story:
    story = Story().begin().do(*way("web1").tasks, *way("web2").tasks[:4])
    story.fail(way("web2").tasks[4], EVIL, output=f"Traceback\n{EVIL}").stop(20, EVIL)
    return story


def read(story: Story, code: int | None = 0, **about: Any) -> Read:
    parser = Read()
    parser.feed(page(replace(record(code), **about), story.events, UTC))
    parser.close()
    return parser


def behind(parsed: Read) -> list[dict[str, object]]:
    scripts = [text for text in parsed.texts["script"] if text.startswith("[")]
    return list(json.loads(scripts[0]))


def test_there_is_a_row_for_each_host_and_a_bar_for_each_phase() -> None:
    parsed = read(failed(), 20)
    rows = [row["data-who"] for row in parsed.having("host")]
    assert rows == [FLEET, "web1", "web2", "web3"]
    bars = parsed.having("bar")
    assert [str(bar["class"]).split()[1:] for bar in bars] == [
        ["out", "ok"],
        ["change", "ok"],
        ["back", "ok"],
        ["out", "ok"],
        ["change", "failed"],
    ]
    assert all(bar["aria-label"] for bar in bars)


def test_behind_each_bar_are_its_events() -> None:
    parsed = read(failed(), 20)
    shown = behind(parsed)
    assert [int(str(bar["data-n"])) for bar in parsed.having("bar")] == list(range(len(shown)))
    assert shown[0]["lines"] == [f"00:00:00 web1 {step} ok (0.1s)" for step in ("look", "drain", "idle")]
    assert "Traceback" in str(shown[-1]["lines"])


def test_bars_lie_within_the_picture_and_after_each_other() -> None:
    ends = 0.0
    for bar in read(failed()).having("bar"):
        left, width = map(float, re.findall(r"[\d.]+", str(bar["style"])))
        assert ends - 0.01 <= left <= left + width <= 100.01
        ends = left + width


def test_the_line_of_who_served_is_there_beside_the_floor() -> None:
    parsed = read(failed(), 20)
    lines = {
        str(line["class"]): str(line["points"]) for line in parsed.having("line-serving") + parsed.having("line-floor")
    }
    heights = {name: {point.split(",")[1] for point in points.split()} for name, points in lines.items()}
    assert heights == {"line-serving": {"0.0", "33.33"}, "line-floor": {"33.33"}}


def test_what_failed_and_how_it_ended_stand_above_it() -> None:
    parsed = read(failed(), 20)
    assert "20 halted" in parsed.texts["div"]
    assert any("web2 restart shop failed" in text for text in parsed.texts["pre"])
    assert "bad" in str(next(a["class"] for _, a in parsed.tags if "ending" in (a.get("class") or "")))
    assert not read(Story().begin().stop(0)).having("failures")


def test_nothing_is_fetched_and_nothing_that_a_host_says_becomes_a_tag() -> None:
    parsed = read(failed(), 20)
    assert not [tag for tag, _ in parsed.tags if tag in ("img", "link", "iframe")]
    assert not [a for _, attributes in parsed.tags for a in attributes if a in ("src", "href", "onerror")]
    policy = next(a["content"] for _, a in parsed.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert str(policy).startswith("default-src 'none'")
    text = page(record(20), failed().events, UTC)
    assert "://" not in text and EVIL not in text


def test_dark_and_light_are_both_there() -> None:
    assert "prefers-color-scheme: dark" in page(record(), Story().begin().events)


def test_it_says_who_did_it_and_why_and_which_rule_was_left_out() -> None:
    parsed = read(failed(), by="ada@desk", reason="lb2 burns", around="--without-balancer lb2")
    assert parsed.texts["dd"][3:5] == ["ada@desk", "lb2 burns (--without-balancer lb2)"]


def test_two_hundred_hosts_are_a_page_that_can_be_sent() -> None:
    assert len(page(record(), two_hundred().events)) < 1_500_000


def test_a_run_that_never_began_has_a_page_too() -> None:
    assert "not ended" in page(record(None), [])


def two_hundred() -> Story:
    hosts = [f"web{n:03}" for n in range(200)]
    story = Story().begin(plan(play(hosts, batches=tuple(batch(f"batch {n}", host) for n, host in enumerate(hosts)))))
    for host in hosts:
        story.do(*way(host).tasks)
    return story.stop(0)

"""A run on one page for a browser, with nothing to fetch: hosts × phases, who served, what failed, and behind each bar
the events."""

import json
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, select_autoescape
from markupsafe import Markup

from zdd.journal.run_record import RunRecord
from zdd.model import Event
from zdd.report.axis import Axis
from zdd.report.history_text import ending, why
from zdd.report.narrator import Line
from zdd.report.timeline import Count, Lane, Span, Timeline
from zdd.report.times import clock_time, date_time, span
from zdd.report.told import told

TEMPLATE = Path(__file__).with_name("page.html.j2")
KINDS = {
    "stage": "release put on disk",
    "out": "on its way out",
    "change": "changed",
    "back": "on its way back",
    "put back": "put back unchanged",
    "finish": "marks and old releases taken away",
    "fell": "fell",
}


def page(run: RunRecord, events: Iterable[Event], zone: tzinfo | None = None) -> str:
    """The whole page as HTML."""
    return Page(run, Timeline(events), zone).html()


class Page:
    """A timeline as the template wants it."""

    def __init__(self, run: RunRecord, timeline: Timeline, zone: tzinfo | None) -> None:
        self._run, self._timeline, self._zone = run, timeline, zone
        spans = [(s.since, s.until) for lane in timeline.lanes.values() for s in lane.spans]
        self._axis = Axis(spans or [(timeline.began, timeline.ended)])
        self._behind: list[dict[str, Any]] = []  # what a click on a bar shows

    def html(self) -> str:
        timeline = self._timeline
        lanes = [self._lane(lane) for lane in timeline.lanes.values()]
        environment = Environment(
            undefined=StrictUndefined, autoescape=select_autoescape(default=True), trim_blocks=True
        )
        return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
            run=self._run,
            ending=ending(self._run),
            well=self._run.code in (0, None),
            facts=dict(self._facts()),
            counts={fleet: self._count(count) for fleet, count in timeline.counts.items()},
            lanes=lanes,
            kinds=KINDS,
            ticks=[(self._axis.x(at), clock_time(at, self._zone)) for at in self._axis.ticks],
            silences=[(p.left, p.right - p.left, span(p.until - p.since)) for p in self._axis.pieces if p.silent],
            marks=[(self._axis.x(line.at), self._told(line)) for line in timeline.marks],
            failures=[self._told(line) for line in timeline.failures],
            behind=_script_safe(self._behind),
        )

    def _facts(self) -> Iterable[tuple[str, str]]:
        plan, run = self._timeline.plan, self._run
        yield "run", run.id
        yield "begun", date_time(run.created, self._zone)
        yield "took", span(run.last - run.created)
        if run.by:
            yield "by", run.by
        if reason := why(run):
            yield "because", reason
        if run.playbook:
            yield "playbook", run.playbook
        if plan and plan.inventories:
            yield "inventory", ", ".join(plan.inventories)

    def _lane(self, lane: Lane) -> dict[str, Any]:
        return {"who": lane.who, "batch": lane.batch, "bars": [self._bar(lane, each) for each in lane.spans]}

    def _bar(self, lane: Lane, bar: Span) -> dict[str, Any]:
        left, right = self._axis.x(bar.since), self._axis.x(bar.until)
        what = f"{lane.who}: {KINDS[bar.kind]}{', in the revert' if bar.reverts else ''}, {_status(bar)}"
        when = f"{clock_time(bar.since, self._zone)}, {span(bar.until - bar.since)}"
        lines = [self._told(line) for line in bar.lines]
        self._behind.append({"head": f"{what} ({when})", "batch": lane.batch, "lines": lines})
        classes = [bar.kind.replace(" ", "-"), bar.status, *(["reverts"] if bar.reverts else [])]
        number = len(self._behind) - 1
        return {"n": number, "left": left, "width": round(right - left, 3), "classes": " ".join(classes), "label": what}

    def _count(self, count: Count) -> dict[str, Any]:
        """Steps as the points of two lines: x in percent, y as a share of all hosts from above."""
        serving = self._line(count, [(at, serves) for at, serves, _ in count.steps])
        floor = self._line(count, [(at, must) for at, _, must in count.steps])
        least = min(serves for _, serves, _ in count.steps)
        below = any(serves < must for _, serves, must in count.steps)
        musts = {must for _, _, must in count.steps}
        must = str(musts.pop()) if len(musts) == 1 else f"{min(musts)} to {max(musts)}"
        return {"serving": serving, "floor": floor, "total": count.total, "least": least, "must": must, "below": below}

    def _line(self, count: Count, steps: Sequence[tuple[float, int]]) -> str:
        points, total = [], max(1, count.total)
        ends = [*(at for at, _ in steps[1:]), self._timeline.ended]
        for (at, number), until in zip(steps, ends, strict=True):
            y = round(100 - 100 * number / total, 2)
            points += [f"{self._axis.x(at)},{y}", f"{self._axis.x(until)},{y}"]
        return " ".join(points)

    def _told(self, line: Line) -> str:
        return told([line], self._zone)


def _status(bar: Span) -> str:
    return {"on": "not ended", "waits": "had to wait"}.get(bar.status, bar.status)


def _script_safe(value: object) -> Markup:
    """JSON that cannot end the script element that it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))

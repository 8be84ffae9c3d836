"""The page of a run in a real browser: what lies behind a bar, by mouse and by keyboard."""

import re
import shutil
import subprocess
from datetime import UTC
from pathlib import Path

import pytest

from tests.unit.report.shop import Story
from tests.unit.report.test_page import failed, record, two_hundred
from zdd.report.page import page

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --virtual-time-budget=2000 --dump-dom"
)
TRY = """
<script>
const press = key => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
const said = [], shown = name => panel.querySelector(name).textContent;
const now = () => said.push(shown("b") + " | " + shown("pre"));
bars[1].dispatchEvent(new MouseEvent("mouseover", {bubbles: true}));
now();
bars[0].focus();
press("ArrowRight");
press("ArrowRight");
now();
press("ArrowDown");
now();
document.title = said.join(" || ");
</script>
"""


ZOOM = """
<script>
const find = name => document.querySelector(name), wide = find(".wide"), before = wide.offsetWidth;
const rows = document.querySelectorAll(".row.host").length, least = Math.min(...bars.map(bar => bar.offsetWidth));
const zoom = find("#zoom");
zoom.value = 10;
zoom.dispatchEvent(new Event("input"));
find(".chart").scrollLeft = 3000;
const moved = find(".row.host .name").getBoundingClientRect().left - find(".chart").getBoundingClientRect().left;
const fetched = performance.getEntriesByType("resource").length;
document.title = [rows, least, wide.offsetWidth / before, Math.round(moved), fetched];
</script>
"""


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser, which is large: apt-get install chromium")
def test_it_shows_what_lies_behind_a_bar(tmp_path: Path) -> None:
    by_mouse, by_keys, down = tried(tmp_path, failed(), TRY).split(" || ")
    assert by_mouse.startswith("web1: changed, ok") and "activate ok" in by_mouse
    assert by_keys.startswith("web1: on its way back, ok") and "steady ok" in by_keys
    assert down.startswith("web2: changed, failed") and "Traceback" in down


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser, which is large: apt-get install chromium")
def test_of_two_hundred_hosts_each_bar_can_be_seen_and_named_and_nothing_is_fetched(tmp_path: Path) -> None:
    rows, least, wider, name, fetched = map(float, tried(tmp_path, two_hundred(), ZOOM).split(","))
    assert (rows, wider, name, fetched) == (200, 10, 1, 0), "the names stay where they are while the bars move"
    assert least >= 3, "pixels"


def tried(tmp_path: Path, story: Story, script: str) -> str:
    """What the script leaves as the page's title."""
    file = tmp_path / "run.html"
    file.write_text(page(record(20), story.events, UTC).replace("</body>", script + "</body>"), encoding="utf-8")
    done = subprocess.run(
        [str(CHROMIUM), *FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}", f"file://{file}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    title = re.search(r"<title>(.*?)</title>", done.stdout, re.DOTALL)
    assert title
    return title[1]

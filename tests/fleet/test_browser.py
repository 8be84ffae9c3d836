"""The page of a run in a real browser: what lies behind a bar, by mouse and by keyboard."""

import re
import shutil
import subprocess
from datetime import UTC
from pathlib import Path

import pytest

from tests.unit.report.test_page import failed, record
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


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser, which is large: apt-get install chromium")
def test_it_shows_what_lies_behind_a_bar(tmp_path: Path) -> None:
    file = tmp_path / "run.html"
    file.write_text(page(record(20), failed().events, UTC).replace("</body>", TRY + "</body>"), encoding="utf-8")
    done = subprocess.run(
        [str(CHROMIUM), *FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}", f"file://{file}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    title = re.search(r"<title>(.*?)</title>", done.stdout, re.DOTALL)
    assert title
    by_mouse, by_keys, down = title[1].split(" || ")
    assert by_mouse.startswith("web1: changed, ok") and "activate ok" in by_mouse
    assert by_keys.startswith("web1: on its way back, ok") and "steady ok" in by_keys
    assert down.startswith("web2: changed, failed") and "Traceback" in down

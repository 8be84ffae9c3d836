"""How `scripts/docs` builds the site and the man pages. The reference is written anew from the code each time."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import reference
from sphinx.application import Sphinx

PAGES = Path(__file__).parent / "reference"
VERBS = reference.write(PAGES)

project, author, copyright = "zdd", "zdd", "the authors of zdd"
extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
exclude_patterns = ["examples"]
html_theme, html_title = "furo", "zdd"
html_static_path: list[str] = []
man_pages = [
    ("man", "zdd", "take a fleet from one release to the next", [], 1),
    *((f"reference/{name}", name, summary, [], 1) for name, summary in VERBS.items()),
    ("reference/exit-codes", "zdd-exit-codes", "what each exit code means, and what to type next", [], 7),
    ("reference/playbook", "zdd-playbook", "what a playbook may say", [], 5),
]


def setup(app: Sphinx) -> None:
    app.connect("source-read", _list_the_rest)


def _list_the_rest(app: Sphinx, page: str, content: list[str]) -> None:
    """Pages that the index does not name stand at its end."""
    if page == "index":
        named = set(content[0].split())
        rest = sorted(file.stem for file in Path(app.srcdir).glob("*.md") if file.stem not in {*named, "index"})
        content[0] = content[0].replace("MORE", "\n".join(rest))

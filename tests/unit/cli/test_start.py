"""What a verb does not need, it does not import: a word is there at once."""

import subprocess
import sys
from pathlib import Path

SAY = """
import contextlib, io, sys
from zdd.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def imported(*words: str) -> set[str]:
    """The packages that are loaded when the program has ended."""
    done = subprocess.run([sys.executable, "-c", SAY, *words], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


HEAVY = {"paramiko", "sqlalchemy", "jinja2", "rich", "yaml", "httpcore"}


def test_help_imports_nothing_heavy() -> None:
    assert not imported("--help") & {*HEAVY, "pydantic"}


def test_a_verb_s_help_neither() -> None:
    """But pydantic, by which Typer itself reads what is typed."""
    assert not imported("deploy", "--help") & HEAVY


def test_an_inventory_is_read_without_what_playbooks_need(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts.yml"
    hosts.write_text("web: {hosts: {web1: {}}}\n")
    loaded = imported("inventory", "match", "web", "-i", str(hosts))
    assert "yaml" in loaded
    assert not loaded & (HEAVY - {"yaml"})

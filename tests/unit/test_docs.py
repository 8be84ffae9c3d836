"""What README and docs/ show holds: playbooks and inventories are read, commands are parsed, by the program itself."""

import json
import re
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.cli.verbs import parsed, verbs
from zdd.cli.reading import TABLES
from zdd.config import inventory, resolve
from zdd.errors import Invalid
from zdd.plan.make import make_plan
from zdd.plan.seen import Seen
from zdd.report.exit_codes import EXIT_CODES
from zdd.report.plan_text import plan_text

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(zdd [^`]+)`")
SECRET = re.compile(r"!(env|file) ")  # tags of our own


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    page: Path
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(*kinds: str) -> list[Block]:
    return [
        Block(page, page.read_text()[: found.start()].count("\n") + 1, found[1], found[2])
        for page in PAGES
        for found in FENCED.finditer(page.read_text())
        if found[1] in kinds
    ]


def shown(kind: str) -> list[Block]:
    """YAML blocks by what they are."""
    return [block for block in blocks("yaml") if _kind(yaml.safe_load(SECRET.sub("", block.text))) == kind]


def _kind(value: Any) -> str:
    if isinstance(value, list) and "tasks" in value[0]:
        return "ansible"
    keys = set(value) if isinstance(value, dict) else set()
    if {"jobs", "deploy"} & keys and ("jobs" in keys or "script" in value["deploy"]):
        return "pipeline"
    if keys & {"all", "hosts"} and "hosts" in keys and "name" in keys:
        return "playbook"
    return "inventory" if "all" in keys else "part"


def test_the_pages_show_something_of_each_kind() -> None:
    assert all(shown(kind) for kind in ("playbook", "inventory", "pipeline", "ansible"))


# ---- playbooks and inventories


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the inventory of the docs, and with what playbooks deploy."""
    (tmp_path / "lab.yml").write_text(shown("inventory")[0].text)
    (tmp_path / "shop.conf.j2").write_text("answers as {{ version }}\n")
    (tmp_path / "dist").mkdir()
    with tarfile.open(tmp_path / "dist/shop-1.1.tar.gz", "w:gz") as archive:
        archive.add(__file__, "app.py")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def recipe(folder: Path, text: str) -> Any:
    (folder / "shop.yml").write_text(text)
    found = inventory.read([folder / "lab.yml"])
    return resolve.read(folder / "shop.yml", found, extra={"version": "1.1"}, limit=(), skip=(), tables=TABLES)


@pytest.mark.parametrize("block", shown("playbook"), ids=str)
def test_each_playbook_is_one_and_makes_a_plan(block: Block, desk: Path) -> None:
    read = recipe(desk, block.text)
    seen = {play.fleet: {host: Seen(host=host) for host in play.hosts} for play in read.plays}
    text = plan_text(make_plan(read, seen, run="plan"))
    assert all(play.fleet in text for play in read.plays)


@pytest.mark.parametrize("block", shown("inventory"), ids=str)
def test_each_inventory_is_one(block: Block, desk: Path) -> None:
    (desk / "hosts.yml").write_text(block.text)
    assert inventory.read([desk / "hosts.yml"]).hosts


@pytest.mark.parametrize("block", shown("ansible"), ids=str)
def test_ansibles_words_are_answered_with_ours(block: Block, desk: Path) -> None:
    with pytest.raises(Invalid) as raised:
        recipe(desk, block.text)
    said = str(raised.value)
    assert all(word in said for word in ("write `deploy`", "write `batches`", "write `failure_budget`"))


@pytest.mark.parametrize("block", blocks("json"), ids=str)
def test_json_is_json(block: Block) -> None:
    assert json.loads(block.text)


# ---- commands


def commands() -> Iterator[tuple[str, str]]:
    """Those of blocks for a shell, and of indented lines."""
    for block in blocks("console", "sh"):
        yield from ((str(block), line) for line in block.text.splitlines() if line.startswith("zdd "))
    for page in PAGES:
        for found in re.finditer(r"^    (zdd .*)$", page.read_text(), re.MULTILINE):
            yield f"{page.name}: {found[1]}", found[1]


@pytest.mark.parametrize("line", [pytest.param(line, id=f"{where} {line}") for where, line in commands()])
def test_each_command_is_one(line: str) -> None:
    parsed(line.replace("RUN", "20261124-0203-a3f9"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_verb_that_is_named_is_there(page: Path) -> None:
    known = {" ".join(path) for path, _ in verbs()} | {path[0] for path, _ in verbs()}
    for command in INLINE.findall(page.read_text()):
        for one in re.findall(r"^zdd ([a-z]+)(?: ([a-z]+))?", command):
            assert " ".join(filter(None, one)) in known or one[0] in known, f"{page.name}: {command}"


# ---- pipelines


@pytest.mark.parametrize("block", shown("pipeline"), ids=str)
def test_a_pipeline_deploys_and_says_what_the_exit_code_means(block: Block) -> None:
    assert "zdd deploy" in block.text and 'annotate "$code"' in block.text
    for line in re.findall(r"(?:^|[:\-] |  )(zdd .*)$", block.text, re.MULTILINE):
        assert parsed(re.sub(r"\|\| code=\$\?$", "", line))


@pytest.mark.parametrize("code", EXIT_CODES)
def test_an_annotation_says_it_and_ends_with_the_code(code: int) -> None:
    done = subprocess.run(
        ["sh", ROOT / "docs/examples/annotate", str(code)],
        env={"GITHUB_ACTIONS": "true", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    level = "" if code == 0 else "warning" if code == 23 else "error"
    assert re.fullmatch(rf"::{level} title=zdd deploy \({code}\)::.+\n", done.stdout) if level else not done.stdout

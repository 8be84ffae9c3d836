"""A secret goes to the hosts, and nowhere else: what is said, kept and journaled is searched for it."""

import base64
from hashlib import sha256
from pathlib import Path

import pytest

from tests.fleet.program import QUICK, Program

CANARY = "c4nary-7f3a/b"
TASKS = """deploy:
  - copy: {content: "PW={{ pw }}", dest: .env}
  - run: {argv: [sh, -c, "cat > said"], stdin: "{{ pw }}", creates: "{{ release_dir }}/said"}
"""


def search(folder: Path, *shapes: bytes) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files if any(shape in path.read_bytes() for shape in shapes)]


def test_it_shows_nowhere(zdd: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PW", CANARY)
    zdd.playbook = QUICK.replace("deploy:\n", "defaults: {pw: !env SHOP_PW}\n" + TASKS)
    said = [zdd.deploy("1.0", 0, "--output", "jsonl")]
    [web1] = [path for path in zdd.folder.rglob(".env") if "web1" in str(path)]
    assert web1.read_text() == f"PW={CANARY}" and web1.stat().st_mode & 0o777 == 0o600
    assert web1.with_name("said").read_text() == CANARY
    # the command says it and fails; the run halts, is looked at from all sides, and resumed
    zdd.playbook = zdd.playbook.replace("cat > said", "cat >&2; exit 3") + "on_failure: halt\n"
    said += [zdd.must(0, "plan", *zdd.deploy_words("1.1")[1:-1]), zdd.deploy("1.1", 20)]
    said += [zdd.must(0, "show"), zdd.must(0, "status"), zdd.must(20, "resume", "-y")]
    assert "***" in said[2] and "exit 3" in said[2]
    monkeypatch.setenv("SHOP_PW", "s0mething-else")
    said.append(zdd.must(7, "resume", "-y"))
    assert "!env SHOP_PW is another value" in said[-1]
    said.append(zdd.must(0, "revert", "-y"))
    coded = base64.b64encode(CANARY.encode()).rstrip(b"=")
    digests = [sha256(text.encode()).hexdigest().encode() for text in (CANARY, f"PW={CANARY}")]
    assert not [text for text in said if CANARY in text]
    assert not search(Path(zdd.store), CANARY.encode(), coded, *digests)

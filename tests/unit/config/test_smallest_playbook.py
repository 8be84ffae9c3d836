"""The README's playbook, spoilt in each of its fields: the line is named, and what to write instead."""

import re
from pathlib import Path

import pytest

from tests.unit.config.books import recipe
from zdd.errors import Invalid

README = Path(__file__).parents[3] / "README.md"
INVENTORY = """
web: {hosts: {web1: {}, web2: {}}}
lb: {hosts: {lb1: {}}}
all: {vars: {environment: test}}
"""


def smallest() -> str:
    found = re.search(r"```yaml\n(name: shop\n.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1].replace("dist/shop-{{ version }}.tar.gz", "shop")


# field: what is written -> what instead, and what is said of it
SPOILT = {
    "name empty": ("name: shop", "name: ''", "name: "),
    "name with a space": ("name: shop", "name: my shop", "name: "),
    "name a number": ("name: shop", "name: 7", 'write "7" in quotation marks'),
    "name left out": ("name: shop\n", "", "`name`"),
    "hosts unknown": ("hosts: web", "hosts: wbe", "did you mean `web`"),
    "hosts a list": ("hosts: web", "hosts: [web]", "hosts: "),
    "hosts unquoted": ("hosts: web", "hosts: !web1", "quotation marks"),
    "hosts left out": ("hosts: web\n", "", "`hosts`"),
    "batches zero": ("batches: 2", "batches: 0", "write at least 1"),
    "batches no number": ("batches: 2", "batches: two", "number of hosts"),
    "batches by nothing": ("batches: 2", "batches: {by: zone}", "has no variable `zone`"),
    "release no mapping": ("release: {", "release: 1.1 #{", "release: "),
    "release misspelt": ("{version:", "{verson:", "did you mean `version`"),
    "version a number": ('"{{ version }}"', "1.10", 'write "1.10" in quotation marks'),
    "version unquoted": ('"{{ version }}"', "{{ version }}", "quotation marks"),
    "version undefined": ('"{{ version }}"', '"{{ verson }}"', "version"),
    "version no name": ('"{{ version }}"', "a/b", "cannot name a folder"),
    "artifact missing": ('artifact: "shop"', 'artifact: "nothing"', "there is no"),
    "artifact left out": (', artifact: "shop"', "", "`artifact`"),
    "artifact a URL without a digest": ('artifact: "shop"', 'artifact: "https://x/y.tar.gz"', "artifact"),
    "balancers no list": ("  - haproxy:", "    haproxy:", "balancers: "),
    "balancer unknown": ("haproxy:", "haprox:", "did you mean `haproxy`"),
    "balancer hosts unknown": ("{hosts: lb,", "{hosts: bl,", "matches nothing"),
    "balancer hosts left out": ("{hosts: lb, ", "{", "hosts"),
    "backends a text": ("backends: [shop]", "backends: shop", "backends: "),
    "backends misspelt": ("backends:", "backend:", "did you mean `backends`"),
    "deploy no list": ("  - activate\n  - service:", "  service:", "deploy: "),
    "step unknown": ("- activate", "- activat", "did you mean `activate`"),
    "step of Ansible": ("- activate", "- ansible.builtin.shell: ls", "write `run: {shell"),
    "service without a name": ("{name: shop, state", "{state", "name"),
    "state unknown": ("state: restarted", "state: restart", "restarted"),
    "health empty": ("  - http: ", "  # ", "health"),
    "health left out": ("health:\n", "helth:\n", "did you mean `health`"),
    "check unknown": ("- http:", "- htp:", "did you mean `http`"),
    "url misspelt": ("{url:", "{uri:", "did you mean `url`"),
    "url undefined": ("{{ address }}", "{{ adress }}", "did you mean `address`"),
    "url no URL": ('"http://', '"htp://', "url"),
}


def test_as_it_stands_it_is_good(tmp_path: Path) -> None:
    assert recipe(tmp_path, smallest(), INVENTORY).plays[0].name == "shop"


@pytest.mark.parametrize("field", SPOILT)
def test_each_field_spoilt(tmp_path: Path, field: str) -> None:
    old, new, remedy = SPOILT[field]
    book = smallest()
    assert book.count(old) >= 1
    line = book[: book.index(old)].count("\n") + 1
    with pytest.raises(Invalid) as refused:
        recipe(tmp_path, book.replace(old, new, 1), INVENTORY)
    said = str(refused.value).replace(f"{tmp_path}/", "")
    assert refused.value.exit_code == 3
    assert remedy in said, said
    near = {"left out": {1, line}, "empty": {line - 1, line}, "no list": {line - 1, line}}
    lines = next((numbers for word, numbers in near.items() if word in field), {line})
    places = {int(number) for number in re.findall(r"^play\.yml:(\d+):\d+: ", said, re.MULTILINE)}
    assert places & lines, said

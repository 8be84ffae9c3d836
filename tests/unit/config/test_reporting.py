"""Who a playbook says is to be told."""

from pathlib import Path

import pytest

from zdd.cli.reading import TABLES
from zdd.config import inventory, resolve
from zdd.errors import Invalid

PLAY = """
name: shop
hosts: web
deploy: [{run: {command: "true", creates: /tmp/x}}]
health: none
report_to: %s
"""
HOSTS = "all: {vars: {environment: lab, hook: 'https://hooks.example/T0'}, children: {web: {hosts: {web1: {}}}}}\n"


def read(folder: Path, report_to: str) -> tuple[str, ...]:
    (folder / "lab.yml").write_text(HOSTS)
    (folder / "notify").write_text("#!/bin/sh\n")
    (folder / "shop.yml").write_text(PLAY % report_to)
    found = inventory.read([folder / "lab.yml"])
    recipe = resolve.read(folder / "shop.yml", found, extra={}, limit=(), skip=(), tables=TABLES)
    return recipe.plays[0].report_to


def test_a_program_beside_the_playbook_is_found_from_wherever_a_resume_is_typed(tmp_path: Path) -> None:
    assert read(tmp_path, "[./notify --loud]") == (f"{tmp_path}/notify --loud",)


def test_commands_of_the_path_and_addresses_stand_as_they_are_written(tmp_path: Path) -> None:
    assert read(tmp_path, "[notify-send, '{{ hook }}/B0']") == ("notify-send", "https://hooks.example/T0/B0")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[./notfy]", "shop.yml:6:13: report_to: there is no "),
        ("['{{ hok }}']", "shop.yml:6:13: "),
        ("['notify \"']", "report_to: No closing quotation"),
        ("[7]", "shop.yml:6:13: report_to"),
    ],
)
def test_what_cannot_be_is_said_where_it_stands(tmp_path: Path, written: str, said: str) -> None:
    with pytest.raises(Invalid) as raised:
        read(tmp_path, written)
    assert said in str(raised.value)

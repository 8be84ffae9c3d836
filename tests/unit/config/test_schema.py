"""The schema takes what zdd takes, and refuses what it refuses."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.unit.config.books import PLAYBOOK
from zdd.cli.reading import TABLES
from zdd.config.play_keys import PlayKeys
from zdd.config.schema import defaults, schema
from zdd.config.seconds import seconds
from zdd.config.source import parse

ROOT = Path(__file__).parents[3]
VALIDATOR = Draft202012Validator(schema(TABLES))


def load(text: str) -> Any:
    return parse(text, "play.yml").value


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema(TABLES))


@pytest.mark.parametrize("path", sorted((ROOT / "playbooks").glob("*.yml")), ids=lambda path: path.name)
def test_it_takes_the_examples(path: Path) -> None:
    assert VALIDATOR.is_valid(load(path.read_text()))


@pytest.mark.parametrize(
    "more",
    [
        "batches: [1, 25%, 100%]",
        "batches: {by: zone}",
        "min_serving: 0%",
        "pause: 30s",
        "health: none",
        "drain: {deadline: 2m, on_deadline: later}",
        "after: [{run: ls, on: controller, retries: 0}]",
        "before: [{wait_for: {port: '{{ port }}', timeout: 5s}, on: web1}]",
        "release: {version: '1.1', current: dpkg-query shop, available: apt-cache madison shop}",
        "release: {version: '1.1', current: dpkg-query shop}",
    ],
)
def test_it_takes_what_zdd_takes(more: str) -> None:
    key = more.partition(":")[0]
    VALIDATOR.validate({**load(PLAYBOOK), key: load(more)[key]})
    VALIDATOR.validate([load(PLAYBOOK)])


@pytest.mark.parametrize(
    "more",
    [
        "batchs: 2",
        "release: {version: '1.1'}",
        "release: {version: '1.1', artifact: shop, current: dpkg-query shop}",
        "release: {version: '1.1', artifact: shop, available: apt-cache madison shop}",
        "release: {version: '1.1', current: dpkg-query shop, keep: 3}",
        "batches: 0",
        "batches: 150%",
        "min_serving: 200%",
        "pause: 30",
        "health: {passes: 3}",
        "health: []",
        "drain: {on_deadline: never}",
        "deploy: [nosuch]",
        "deploy: [{service: {name: shop, stat: started}}]",
        "deploy: [{run: ls, serial: 3}]",
        "balancers: [{haproxy: {backends: [shop]}}]",
        "tasks: []",
    ],
)
def test_it_refuses_what_zdd_refuses(more: str) -> None:
    key = more.partition(":")[0]
    assert not VALIDATOR.is_valid({**load(PLAYBOOK), key: load(more)[key]})


@pytest.mark.parametrize("key", ["release", "drain", "health"])
def test_an_editor_can_say_what_each_key_of_a_mapping_means(key: str) -> None:
    of = schema(TABLES)["$defs"]["Play"]["properties"][key]
    [mapping] = [form for form in of.get("anyOf", [of]) if "properties" in form]
    assert all(
        one.get("description") for name, one in mapping["properties"].items() if name not in ("checks", "probes")
    )


def test_the_defaults_are_those_of_a_play_that_says_nothing() -> None:
    said = defaults()
    assert said["stall"] == "10m" and said["health"]["interval"] == "500ms" and said["drain"]["sticky"] == "5s"
    small = PlayKeys.model_validate({"name": "x", "hosts": "x", "health": "none"})
    again = {key: said[key] for key in ("pause", "stall", "failure_budget", "on_failure", "drain", "batches")}
    assert PlayKeys.model_validate({"name": "x", "hosts": "x", "health": "none", **again}) == small
    assert seconds(said["drain"]["deadline"]) == 60.0

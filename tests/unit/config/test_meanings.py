"""Every key that a playbook may have says what it means."""

import pytest
from pydantic import BaseModel

from zdd.cli.reading import TABLES
from zdd.config.meanings import meanings
from zdd.config.play_keys import BalancerKeys, DrainKeys, HealthKeys, PlayKeys, TaskKeys
from zdd.config.release_keys import ReleaseKeys

TABLED = [model for table in (TABLES.steps, TABLES.balancers, TABLES.probes, TABLES.checks) for model in table.values()]


@pytest.mark.parametrize(
    "model", [PlayKeys, ReleaseKeys, DrainKeys, HealthKeys, TaskKeys, BalancerKeys, *dict.fromkeys(TABLED)]
)
def test_every_key_has_a_meaning(model: type[BaseModel]) -> None:
    without = set(model.model_fields) - set(meanings(model))
    assert not without, f'write what it means under each, as """text""": {sorted(without)} of {model.__name__}'


def test_those_of_an_ancestor_count_too() -> None:
    class Above(BaseModel):
        port: int
        """it answers there"""

    class Below(Above):
        path: str = ""
        """a long
        one"""
        bare: str = ""

    assert meanings(Below) == {"port": "it answers there", "path": "a long one"}

"""Random histories. `scripts/soak-scenarios` has as many more of them as anybody has time for."""

import pytest

from tests.scenarios.soak import history

FOUND = (4411, 2437, 2800, 3345, 434, 962, 696, 1149, 1740, 2470)  # each has shown a mistake once


@pytest.mark.parametrize("seed", FOUND)
def test_a_history_that_was_wrong_once(seed: int) -> None:
    history(seed)


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_random_histories(first: int) -> None:
    for seed in range(first, first + 20):
        history(seed)

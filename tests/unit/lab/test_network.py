from itertools import islice
from pathlib import Path

from zdd.lab.network import TRIES, candidates


def test_a_folder_has_its_own_network_each_time() -> None:
    assert list(candidates(Path("/a"))) == list(candidates(Path("/a")))
    assert next(candidates(Path("/a"))) != next(candidates(Path("/b")))


def test_networks_are_valid_and_all_different() -> None:
    for folder in map(Path, map(str, range(200))):
        tried = [tuple(map(int, network.split("."))) for network in islice(candidates(folder), TRIES)]
        assert len(set(tried)) == TRIES
        assert all(first == 127 and 64 <= second < 192 and 1 <= third <= 254 for first, second, third in tried)

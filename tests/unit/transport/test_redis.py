import pytest

from tests.unit.probes.fake_redis import FakeRedis
from zdd.transport.redis import Address, connected


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("redis://10.0.0.5", Address(host="10.0.0.5")),
        ("redis://10.0.0.5:6380/3", Address(host="10.0.0.5", port=6380, number=3)),
        ("redis://:p%40ss@redis/", Address(host="redis", password="p@ss")),
        ("redis://shop:secret@redis", Address(host="redis", user="shop", password="secret")),
    ],
)
def test_addresses(url: str, address: Address) -> None:
    assert Address.parse(url) == address


@pytest.mark.parametrize("url", ["10.0.0.5:6379", "rediss://10.0.0.5", "unix:///run/redis.sock", "redis:///0"])
def test_what_it_does_not_speak_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="write redis://HOST:PORT/NUMBER"):
        Address.parse(url)


def test_a_database_has_a_number() -> None:
    with pytest.raises(ValueError, match="/shop is no number of a database"):
        Address.parse("redis://10.0.0.5/shop")


@pytest.mark.parametrize("piece", [1, 7, 65536])
def test_answers_may_come_in_any_pieces(piece: int) -> None:
    there = FakeRedis({"names": ["ä", "", "c\r\nd"], "one": {"pid": "12"}}, piece=piece)
    with connected(there, Address(host="10.0.0.5"), 1.0) as redis:
        assert redis.texts("SMEMBERS", "names") == ["ä", "", "c\r\nd"]
        assert redis.texts("HMGET", "one", "pid", "none") == ["12", ""]
    assert there.closed and there.dialled == [("10.0.0.5", 6379)]


def test_it_says_who_it_is_and_chooses_the_database() -> None:
    there = FakeRedis(password="secret")
    with connected(there, Address(host="redis", password="secret", number=2), 1.0):
        pass
    assert there.asked == [["AUTH", "secret"], ["SELECT", "2"]]


def test_a_refusal_is_said_in_its_own_words() -> None:
    there = FakeRedis(password="secret")
    with pytest.raises(ValueError, match="NOAUTH"), connected(there, Address(host="redis"), 1.0) as redis:
        redis.texts("SMEMBERS", "rq:workers")
    assert there.closed


@pytest.mark.parametrize(("said", "error"), [(b"", ConnectionError), (b"HTTP/1.1 400 Bad\r\n", ValueError)])
def test_what_is_no_redis_is_told_from_one(said: bytes, error: type[Exception]) -> None:
    there = FakeRedis(answers=said)
    there.sendall = lambda data: None  # type: ignore[method-assign]
    with pytest.raises(error), connected(there, Address(host="redis"), 1.0) as redis:
        redis.ask("PING")

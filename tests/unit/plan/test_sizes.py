import pytest

from zdd.plan.sizes import Impossible, down, floor, slices, up, width

HOSTS = [f"web{n}" for n in range(1, 7)]


@pytest.mark.parametrize(
    ("size", "of", "count"), [(2, 6, 2), ("25%", 6, 1), ("50%", 6, 3), ("25%", 3, 1), ("1%", 3, 1), ("100%", 6, 6)]
)
def test_a_batch_rounds_down_to_at_least_one(size: int | str, of: int, count: int) -> None:
    assert down(size, of) == count


@pytest.mark.parametrize(("size", "of", "count"), [("50%", 3, 2), ("50%", 6, 3), ("50%", 20, 10), (4, 6, 4)])
def test_a_floor_rounds_up(size: int | str, of: int, count: int) -> None:
    assert up(size, of) == count


@pytest.mark.parametrize(
    ("written", "batches", "hosts", "expected"),
    [
        (None, [2], 6, 2),
        (None, ["50%"], 6, 3),
        (None, ["100%"], 6, 5),
        (None, [1, "100%"], 8, 2),
        (None, [4], 1, 1),
        (6, [1], 6, 6),
    ],
)
def test_width_is_the_batch_or_a_quarter_and_never_everybody_by_default(
    written: int | None, batches: list[int | str], hosts: int, expected: int
) -> None:
    assert width(written, batches, hosts) == expected


def test_the_default_floor_is_hosts_minus_width() -> None:
    assert floor(None, 6, 2) == 4


def test_a_floor_that_lets_no_host_leave_is_refused_with_the_arithmetic() -> None:
    with pytest.raises(Impossible, match="75% of 3 is 3: no host could leave; write at most 2"):
        floor("75%", 3, 1)


def test_one_host_cannot_leave_unless_that_is_written_or_it_serves_nowhere() -> None:
    with pytest.raises(Impossible, match="write min_serving: 0"):
        floor(None, 1, 1)
    assert floor(0, 1, 1) == 0
    assert floor(None, 1, 1, nowhere=True) == 0


def test_the_last_size_of_a_list_repeats() -> None:
    assert [len(batch) for batch in slices(HOSTS, [1, 2], 6)] == [1, 2, 2, 1]


def test_percentages_are_of_all_hosts_not_of_those_left() -> None:
    assert [len(batch) for batch in slices(HOSTS, ["50%", "100%"], 6)] == [3, 3]
    assert [len(batch) for batch in slices(HOSTS, ["25%"], 12)] == [3, 3]

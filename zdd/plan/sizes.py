"""Numbers of hosts: batches, width and floor. Percentages become counts here, and nowhere else."""

from collections.abc import Sequence
from math import ceil

Size = int | str


class Impossible(ValueError):
    """A size that cannot be; `key` names what to change in the playbook."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key


def down(size: Size, of: int) -> int:
    """A part of `of` hosts, rounded down, at least one: 25% of 6 is 1."""
    return size if isinstance(size, int) else max(1, of * _percent(size) // 100)


def up(size: Size, of: int) -> int:
    """A part of `of` hosts, rounded up: 50% of 3 is 2."""
    return size if isinstance(size, int) else ceil(of * _percent(size) / 100)


def _percent(size: str) -> int:
    return int(size.rstrip("%"))


def width(written: Size | None, batches: Sequence[Size], hosts: int) -> int:
    """How many hosts may be out at once, counted on the play's hosts. A written one stands as written."""
    if written is not None:
        return down(written, hosts)
    default = down(batches[0] if len(batches) == 1 else "25%", hosts)
    return max(1, min(default, hosts - 1))


def floor(written: Size | None, hosts: int, width: int, *, nowhere: bool = False) -> int:
    """How many hosts must serve at every moment. Raises `Impossible` when that would let no host leave.

    `nowhere`: the only host serves nowhere, so that taking it out costs nobody anything.
    """
    if written is None:
        if hosts == 1 and not nowhere:
            raise Impossible("min_serving", "one host cannot leave while it serves: write min_serving: 0")
        return max(0, hosts - width)
    least = up(written, hosts)
    if least >= hosts and not (hosts == 1 and nowhere):
        shown = f"{written} of {hosts} is {least}" if isinstance(written, str) else f"{least} of {hosts}"
        raise Impossible("min_serving", f"{shown}: no host could leave; write at most {hosts - 1}")
    return least


def slices(hosts: Sequence[str], sizes: Sequence[Size], of: int) -> list[tuple[str, ...]]:
    """Cut hosts into batches. The last size repeats; percentages are of so many hosts: batch 0 is among them."""
    left, made = tuple(hosts), list[tuple[str, ...]]()
    while left:
        size = down(sizes[min(len(made), len(sizes) - 1)], of)
        made.append(left[:size])
        left = left[size:]
    return made

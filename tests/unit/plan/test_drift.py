"""Today's inventory beside the plan that was frozen from another."""

from dataclasses import replace

import pytest

from zdd.model import Endpoint, Play, Target
from zdd.plan.drift import Today, drift

FROZEN = {name: Endpoint(name=name, address=f"10.0.0.{n}") for n, name in enumerate(("web1", "web2", "lb1"), 1)}
PLAY = Play(
    fleet="shop@x",
    batches=(),
    pattern="web",
    targets={"web1": Target(endpoint=FROZEN["web1"])},
    hosts=("web1", "web2"),
    machines={"web2": FROZEN["web2"], "lb1": FROZEN["lb1"]},
)
SAME = Today(known=FROZEN, selected=("web1", "web2"), endpoints=FROZEN)


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (SAME, []),
        (replace(SAME, endpoints={}), []),
        (replace(SAME, selected=("web1", "web2", "web9")), ["web9 is new in `web`; the run leaves it alone"]),
        (replace(SAME, selected=("web2",)), ["web1 is no longer one of `web`; the run works with it as before"]),
        (replace(SAME, known={"web1", "web2"}), ["lb1 is gone from the inventory"]),
        (
            replace(SAME, endpoints={**FROZEN, "web1": Endpoint(name="web1", address="10.9.9.9", port=2222)}),
            ["web1 is at 10.9.9.9:2222 now; the run goes to 10.0.0.1, as it began"],
        ),
        (
            replace(SAME, endpoints={**FROZEN, "web1": replace(FROZEN["web1"], user="root", become=True)}),
            [],
        ),
    ],
)
def test_each_machine_that_is_another_is_told(today: Today, said: list[str]) -> None:
    assert list(drift(PLAY, today)) == said

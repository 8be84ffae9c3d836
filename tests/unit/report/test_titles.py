"""What tasks are called."""

import pytest

from tests.unit.report.shop import task
from zdd.model import Task
from zdd.report.titles import WIDEST, title


@pytest.mark.parametrize(
    ("of", "called"),
    [
        (task("web1", "drain", "out"), "drain"),
        (task("web1", "service", name="restart shop", args={"name": "shop"}), "restart shop"),
        (task("web1", "service", args={"name": "shop", "state": "restarted"}), "service shop restarted"),
        (task("web1", "run", args={"command": "bin/warm\n --all"}), "run bin/warm --all"),
        (task("web1", "template", args={"src": "a.j2", "dest": "/etc/a"}), "template /etc/a"),
        (task("web1", "health", "back", args={"name": "no", "checks": []}), "health"),
    ],
)
def test_a_task_says_what_it_is_done_to(of: Task, called: str) -> None:
    assert title(of) == called


def test_it_is_never_long() -> None:
    assert len(title(task("web1", "run", args={"command": "x" * 200}))) == WIDEST

"""What a look writes down of a host, and when its mark may go."""

from typing import Any

import pytest

from tests.unit.steps.fakes import FakeBalancer, FakeSession, FakeSite, found, host_text, site, task
from zdd.errors import Failed
from zdd.model import Task
from zdd.steps import look, unmark
from zdd.steps.mark import Mark

IN, OUT = found(lb1="ready"), found(lb1="maint")
PUT_BACK = Task(id="shop@test/web1/put-back.unmark", step="unmark", host="web1", part="out")


def marked(run: str, **plan: Any) -> FakeSite:
    """The host is out, and bears the mark of a run that had found it in."""
    mark = Mark(run=run, fleet="shop@test", found=IN, stood=IN)
    session = FakeSession(host__runs=host_text(marks=(mark.text,)))
    here = site(balancer := FakeBalancer("lb1", "web1"), session=session, tasks=(task("steady"),), **plan)
    balancer.set("web1", admin="maint", up=False)
    return here


def looked(here: FakeSite) -> tuple[Any, Any, Mark]:
    """Found, stood, and the mark that was written."""
    data = look.act(here, task("look", args={"release": "new"})).data
    return data["found"]["balancers"], data["stood"]["balancers"], here.sessions["web1"].last("mark.write").args["mark"]


def test_a_resume_keeps_what_the_run_first_found() -> None:
    before, stood, mark = looked(marked("r1"))
    assert (before, stood) == ({"lb1": "ready"}, {"lb1": "ready"})
    assert mark.stood["balancers"] == {"lb1": "ready"}


def test_a_revert_puts_back_to_where_it_came_and_leaves_the_mark_as_it_was() -> None:
    before, stood, mark = looked(marked("r1", direction="revert"))
    assert (before, stood) == ({"lb1": "ready"}, {"lb1": "maint"})
    assert mark.stood["balancers"] == {"lb1": "ready"}, "a later way forward puts back to where the run first came"


def test_what_a_superseded_run_left_out_is_put_back_out_and_goes_back_in() -> None:
    here = marked("r0", supersedes=("r0",))
    before, stood, mark = looked(here)
    assert (before, stood) == ({"lb1": "ready"}, {"lb1": "maint"})
    assert (mark.run, here.sessions["web1"].last("mark.write").args["supersedes"]) == ("r1", "r0")


def test_another_runs_host_is_not_touched() -> None:
    here = marked("r0")
    with pytest.raises(Failed, match="bears the mark of run r0"):
        looked(here)
    assert "mark.write" not in here.sessions["web1"].verbs


def put_back(stood: Any, **plan: Any) -> FakeSite:
    here = marked("r1", **plan)
    here.state.found["web1"], here.state.stood["web1"] = IN, stood
    return here


def test_a_host_that_is_put_back_as_it_was_found_loses_its_mark() -> None:
    here = put_back(IN)
    unmark.act(here, PUT_BACK)
    assert here.sessions["web1"].verbs == ["mark.remove"]


def test_a_balancer_that_was_left_out_since_says_nothing_of_where_it_stands() -> None:
    here = put_back(IN)
    here.state.found["web1"] = found(lb1="ready", lb2="ready")
    unmark.act(here, PUT_BACK)
    assert here.sessions["web1"].verbs == ["mark.remove"]


@pytest.mark.parametrize(("stood", "plan"), [(OUT, {}), (IN, {"direction": "revert"})])
def test_one_that_is_not_at_home_yet_keeps_it(stood: Any, plan: dict[str, Any]) -> None:
    here = put_back(stood, **plan)
    assert unmark.act(here, PUT_BACK).data == {"stays": True}
    assert not here.sessions["web1"].verbs

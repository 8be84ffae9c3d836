"""What the journal keeps comes back as it was, or it is refused."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zdd.journal.codec import event_text, plan_text, read_event, read_plan
from zdd.model import Batch, Endpoint, Event, File, Pipeline, Plan, Play, Release, Target, Task

texts = st.text(max_size=8)
numbers = st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
mappings = st.dictionaries(texts, values, max_size=3)
tasks = st.builds(
    Task,
    id=texts,
    step=texts,
    host=st.none() | texts,
    part=st.sampled_from(["stage", "out", "change", "back", "finish"]),
    args=mappings,
    timeout=numbers,
    safe=st.booleans(),
)
releases = st.builds(
    Release,
    version=texts,
    id=texts,
    path=texts,
    files=st.tuples(st.builds(File, dest=texts, digest=texts)),
    tasks=st.tuples(tasks),
    health=mappings,
)
pipelines = st.builds(Pipeline, host=st.none() | texts, tasks=st.tuples(tasks), takes=st.frozensets(texts, max_size=3))
targets = st.builds(
    Target, endpoint=st.builds(Endpoint, name=texts, address=texts), release=st.none() | releases, before=st.none()
)
plays = st.builds(
    Play,
    fleet=texts,
    batches=st.tuples(st.builds(Batch, name=texts, pipelines=st.tuples(pipelines), budget=st.none() | st.integers())),
    targets=st.dictionaries(texts, targets, max_size=2),
    ways_back=st.dictionaries(texts, pipelines, max_size=2),
)
plans = st.builds(Plan, run=texts, plays=st.tuples(plays), direction=st.sampled_from(["forward", "revert"]))
events = st.builds(
    Event,
    kind=texts,
    task=texts,
    detail=texts,
    cause=st.sampled_from(["release", "host", "environment"]),
    data=mappings,
    plan=st.none() | plans,
    at=numbers,
    epoch=st.integers(),
    seq=st.integers(),
)


@given(events)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    assert read_event(event_text(event)) == event


@given(plans)
def test_a_plan_comes_back_as_it_was_and_has_one_text(plan: Plan) -> None:
    text = plan_text(plan)
    assert read_plan(text) == plan
    assert plan_text(read_plan(text)) == text


def test_sets_are_written_sorted() -> None:
    play = Play(
        fleet="f", batches=(Batch(name="b", pipelines=(Pipeline(host=None, tasks=(), takes=frozenset("zxya")),)),)
    )
    assert '"takes":["a","x","y","z"]' in plan_text(Plan(run="r", plays=(play,)))


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_a_number_that_json_does_not_know_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        event_text(Event(kind="asked", data={"x": value}))


def test_a_value_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot be kept in a journal"):
        event_text(Event(kind="asked", data={"x": object()}))


@pytest.mark.parametrize(
    "change",
    [{"surprise": 1}, {"seq": "1"}, {"cause": "weather"}, {"at": None}, {"data": []}],
    ids=lambda change: next(iter(change)),
)
def test_an_entry_of_another_shape_is_refused(change: dict[str, object]) -> None:
    entry = json.loads(event_text(Event(kind="asked")))
    with pytest.raises(ValueError):
        read_event(json.dumps({**entry, **change}))


def test_torn_text_is_refused() -> None:
    text = event_text(replace(Event(kind="asked"), detail="something long"))
    with pytest.raises(ValueError):
        read_event(text[: len(text) // 2])


def test_where_a_task_stands_is_kept_and_need_not_be_there() -> None:
    """It makes no difference to equality; plans that were kept before tasks had it are read all the same."""
    task = Task(id="a", step="run", origin="shop.yml:7:3")
    play = Play(fleet="shop@lab", batches=(Batch(name="b", pipelines=(Pipeline(host="web1", tasks=(task,)),)),))
    text = plan_text(Plan(run="r", plays=(play,)))
    assert [t.origin for t in read_plan(text).plays[0].tasks()] == ["shop.yml:7:3"]
    old = text.replace(',"origin":"shop.yml:7:3"', "")
    assert old != text and [t.origin for t in read_plan(old).plays[0].tasks()] == [""]

"""Sweeps: one fault at every place where it could strike, each followed by what a person would do."""

import os
from collections.abc import Callable, Iterator

from tests.scenarios.case import Case, Make
from tests.scenarios.simulation import Wrong
from zdd.model import Task

STRIDE = int(os.environ.get("ZDD_SCENARIO_STRIDE", "0"))  # 0: what each sweep takes by default


def places(make: Make, stride: int) -> Iterator[int]:
    """Points of a process at which to strike; a prime stride meets every kind of point sooner or later."""
    return iter(range(0, make().points(), STRIDE or stride))


def at(what: object, act: Callable[[], None]) -> None:
    """Run it; a failure says where."""
    try:
        act()
    except Wrong as wrong:
        raise Wrong(f"{what}: {wrong}") from wrong


def crash_everywhere(make: Make, stride: int, *goal: int, again: int = 0) -> int:
    """Kill the process at a point, perhaps once more while it resumes; then let one go through. How many were tried."""
    count = 0
    for point in places(make, stride):

        def strike(point: int = point) -> None:
            case = make()
            case.go(crash_at=point)
            if again:
                case.go(crash_at=again)
            case.check(case.go(), *goal)

        at(f"killed at point {point}", strike)
        count += 1
    return count


def tasks_of(make: Make) -> list[Task]:
    """Every task of the way forward."""
    plan = make().plan
    return [task for pipeline in plan.pipelines() for task in pipeline.tasks]


def break_everything(make: Make, *want: int) -> int:
    """Each task fails once, on one host; the exit code says what came of it, and the world agrees. Then it heals."""
    for task in tasks_of(make):

        def strike(task: Task = task) -> None:
            case = make()
            case.universe.breaks = lambda other: other.id == task.id
            case.check(case.go(), *want)
            healed(case)

        at(f"{task.id} fails", strike)
    return len(tasks_of(make))


def healed(case: Case) -> None:
    """What had stopped is carried on when the fault is gone."""
    last = case.state.code
    if last in (20, 4, 22, 130, 24, None):
        case.universe.heal()
        case.universe.store.breaks = lambda event: False
        case.check(case.go(), *goal(case))


def goal(case: Case) -> tuple[int, ...]:
    """What a healed run must come to: a revert that began ends as one."""
    state = case.state
    if state.plan and state.reverting and state.plan.scope == "all":
        return (0 if state.plan.asked else 21,)
    if "revert" in state.asked:
        return (0,)
    return (23,) if state.left else (0,)


def lose_everything(make: Make, when: str, *want: int) -> int:
    """The connection dies before or after each act, once; what happened is looked at."""
    for task in tasks_of(make):

        def strike(task: Task = task) -> None:
            case, lost = make(), list[str]()

            def loses(other: Task) -> str:
                if other.id != task.id or lost:
                    return ""
                lost.append(other.id)
                return when

            case.universe.loses = loses
            case.check(case.go(), *want)
            healed(case)

        at(f"{task.id} is lost {when} the act", strike)
    return len(tasks_of(make))

"""How long a play takes at least: the waits that its plan asks for, without the work that nobody can know before."""

from math import ceil

from zdd.model import Batch, Pipeline, Play, Task

READINGS = 0.2  # seconds that three readings of idleness take


def least_time(play: Play, batch: Batch | None = None) -> float:
    """Seconds, from the first batch to the last; or of one batch."""
    return sum(_batch(one) for one in ([batch] if batch else play.batches))


def side_by_side(play: Play) -> float:
    """Seconds in which old and new release serve: from the first host that is done to the last that leaves. None where
    nothing serves yet."""
    if not any(target.served for target in play.targets.values()):
        return 0.0
    rolling = [n for n, batch in enumerate(play.batches) if any(p.put_back for p in batch.pipelines)]
    if not rolling or sum(len(play.batches[n].pipelines) for n in rolling) < 2:
        return 0.0
    total = sum(_batch(batch) for batch in play.batches[rolling[0] : rolling[-1] + 1])
    first, last = play.batches[rolling[0]], play.batches[rolling[-1]]
    return max(0.0, total - _longest(first) - _longest(last))


def _batch(batch: Batch) -> float:
    return ceil(len(batch.pipelines) / max(1, batch.width)) * _longest(batch)


def _longest(batch: Batch) -> float:
    return max((_pipeline(pipeline) for pipeline in batch.pipelines), default=0.0)


def _pipeline(pipeline: Pipeline) -> float:
    return sum(_task(task) for task in pipeline.tasks)


def _task(task: Task) -> float:
    match task.step:
        case "health":
            return max(0, int(task.args.get("passes", 1)) - 1) * float(task.args.get("interval", 0.0))
        case "steady" | "pause":
            return float(task.args.get("seconds", 0.0))
        case "idle":
            return READINGS
    return 0.0

"""Where each task and each host of a leg has its place, so that nobody looks through a whole plan for one of them."""

from dataclasses import dataclass, field

from zdd.model import Batch, Pipeline, Plan, Task


@dataclass(frozen=True, slots=True)
class Places:
    """Of one leg."""

    tasks: dict[str, tuple[Task, Pipeline, Batch]] = field(default_factory=dict)  # by their ids
    ways: dict[str, tuple[Pipeline, Batch]] = field(default_factory=dict)  # host -> its own, not what stages or ends it

    @classmethod
    def of(cls, plan: Plan) -> "Places":
        places = cls()
        for play in plan.plays:
            for batch in play.batches:
                for pipeline in batch.pipelines:
                    places._learn(pipeline, batch)
        return places

    def _learn(self, pipeline: Pipeline, batch: Batch) -> None:
        for task in (*pipeline.tasks, *pipeline.put_back, *pipeline.leave_out):
            self.tasks[task.id] = (task, pipeline, batch)
        if pipeline.host and pipeline.takes:
            self.ways[pipeline.host] = (pipeline, batch)

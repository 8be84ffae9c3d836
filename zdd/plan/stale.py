"""Whether a plan that was saved still is what would be planned now. Pure."""

from collections.abc import Iterator

from zdd.model import Plan, Play, Target


def changes(saved: Plan, now: Plan) -> Iterator[str]:
    """What has changed since it was made, in people's words; nothing if it is the same to the letter."""
    if saved == now:
        return
    said = [text for was, play in zip(saved.plays, now.plays, strict=False) for text in _of_play(was, play)]
    yield from said or ["the way of a host, or the way back of one, is another now"]


def _of_play(was: Play, now: Play) -> Iterator[str]:
    for host, target in now.targets.items():
        if host in was.targets:
            yield from _of_host(host, was.targets[host], target)
    for host in now.held ^ was.held:
        yield f"{host} is {'held' if host in now.held else 'no longer held'} by an operator"
    if was.floor != now.floor:
        yield f"{now.fleet}: {now.floor} hosts must serve, and {was.floor} when the plan was made"


def _of_host(host: str, was: Target, now: Target) -> Iterator[str]:
    if was.runs != now.runs:
        yield f"{host} runs {now.runs or 'nothing'}, and ran {was.runs or 'nothing'} when the plan was made"
    elif was.before != now.before:
        yield f"{host} has another way back than when the plan was made"
    if was.served != now.served:
        yield f"{host} {'serves' if now.served else 'does not serve'}, as it did not when the plan was made"

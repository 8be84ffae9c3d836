"""A playbook as it is written: its plays and their tasks, each with its place. Nothing is rendered here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from zdd.config import problems
from zdd.config.ansible_words import NOT_YET, PLAY_WORDS, STEP_WORDS, STEPS_NOT_YET, TASK_WORDS, bare
from zdd.config.play_keys import PlayKeys, TaskKeys
from zdd.config.source import Document, Spot, load, nearest
from zdd.errors import Invalid, Problem

Keys = Mapping[str, type[BaseModel]]
LISTS = ("before", "prepare", "deploy", "after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What may stand where: name -> its keys. Config knows none of them by itself."""

    steps: Keys
    balancers: Keys
    probes: Keys
    checks: Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One task, check, balancer or probe as it is written."""

    kind: str
    args: Any
    spot: Spot  # of the args
    keys: TaskKeys = field(default_factory=TaskKeys)
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayDraft:
    """One play as it is written."""

    document: Document
    spot: Spot
    keys: PlayKeys
    tasks: Mapping[str, tuple[Draft, ...]]  # before, prepare, deploy, after
    checks: tuple[Draft, ...]
    balancers: tuple[Draft, ...]
    probes: tuple[Draft, ...]

    @property
    def written(self) -> tuple[str, ...]:
        """The keys that stand in the play."""
        return tuple(str(spot[-1]) for spot in self.document.keys if spot[:-1] == self.spot)

    def place(self, *path: str | int) -> str:
        return self.document.place((*self.spot, *path))


def read_plays(path: Path, tables: Tables) -> tuple[PlayDraft, ...]:
    """Raises `Invalid` with all problems of the file."""
    document = load(path)
    if document.value is None or document.value == []:
        raise Invalid(
            [Problem(document.file, 1, 1, "the playbook is empty: write `name`, `hosts`, `deploy`, `health`")]
        )
    spots: list[Spot] = [(n,) for n in range(len(document.value))] if isinstance(document.value, list) else [()]
    readings = [Reading(document, spot, tables) for spot in spots]
    drafts = [reading.play() for reading in readings]
    if wrong := [problem for reading in readings for problem in reading.problems]:
        raise Invalid(sorted(wrong, key=lambda problem: (problem.line, problem.column)))
    return tuple(draft for draft in drafts if draft)


class Reading:
    """One play on its way from the file."""

    def __init__(self, document: Document, spot: Spot, tables: Tables) -> None:
        self.document, self.spot, self.tables = document, spot, tables
        self.problems: list[Problem] = []
        self.value = document.value[spot[0]] if spot else document.value

    def play(self) -> PlayDraft | None:
        if not isinstance(self.value, dict):
            self._wrong(self.spot, "a play is a mapping: `name: …`, `hosts: …`, `deploy: …`, `health: …`")
            return None
        self._not_yet()
        tasks = {name: tuple(self._tasks(name)) for name in LISTS}
        keys = self._keys()
        if keys is None:
            return None
        drain: Spot = (*self.spot, "drain", "probes")
        return PlayDraft(
            document=self.document,
            spot=self.spot,
            keys=keys,
            tasks=tasks,
            checks=tuple(self._adapters(keys.health.checks if keys.health else (), self._checks_at(), "check")),
            balancers=tuple(self._adapters(keys.balancers, (*self.spot, "balancers"), "balancer")),
            probes=tuple(self._adapters(keys.drain.probes, drain, "probe")),
        )

    def _checks_at(self) -> Spot:
        short = isinstance(self.value.get("health"), list)
        return (*self.spot, "health") if short else (*self.spot, "health", "checks")

    # -- keys

    def _keys(self) -> PlayKeys | None:
        known = {key: value for key, value in self.value.items() if key not in NOT_YET}
        try:
            return PlayKeys.model_validate(known)
        except ValidationError as error:
            short = isinstance(self.value.get("health"), list)
            self.problems += problems.of_model(self.document, self.spot, _flat(error, short), PlayKeys, PLAY_WORDS)
            return None

    def _not_yet(self) -> None:
        for key, why in NOT_YET.items():
            if key in self.value:
                self._wrong((*self.spot, key), why)

    # -- tasks

    def _tasks(self, name: str) -> Iterator[Draft]:
        written = self.value.get(name)
        for number, task in enumerate(written if isinstance(written, list) else ()):
            draft = self._task((*self.spot, name, number), task)
            if draft:
                yield draft
                self._unless_on(draft, name)

    def _unless_on(self, draft: Draft, name: str) -> None:
        if name in ("before", "after") and not draft.keys.on:
            self._wrong(
                draft.spot[: len(self.spot) + 2], f"under `{name}` a task says where: `on: HOST` or `on: controller`"
            )

    def _task(self, spot: Spot, task: Any) -> Draft | None:
        if isinstance(task, str):
            return self._step(spot, task, {}, spot, TaskKeys())
        if not isinstance(task, dict):
            self._wrong(spot, "a task is one step: `- activate`, or `- service: {…}`")
            return None
        beside = {key: value for key, value in task.items() if key in TaskKeys.model_fields}
        steps = [key for key in task if key not in beside]
        words = [key for key in steps if key in TASK_WORDS]
        for word in words:
            self._wrong((*spot, word), f"`{word}`: {TASK_WORDS[word]}", key=True)
        steps = [key for key in steps if key not in words]
        if len(steps) != 1:
            if steps or not words:
                self._wrong(spot, self._not_one(steps))
            return None
        return self._step(spot, str(steps[0]), task[steps[0]], (*spot, steps[0]), self._beside(spot, beside))

    def _not_one(self, steps: list[Any]) -> str:
        known = [step for step in steps if step in self.tables.steps]
        if not steps:
            return f"the task names no step; there are {', '.join(sorted(self.tables.steps))}"
        if len(known) == 1:
            other = next(step for step in steps if step != known[0])
            near = nearest(str(other), TaskKeys.model_fields)
            return f"unknown key `{other}` beside `{known[0]}`" + (f"; did you mean `{near}`?" if near else "")
        return f"a task is one step, and this one names {' and '.join(map(str, steps))}: write a task for each"

    def _beside(self, spot: Spot, beside: Mapping[str, Any]) -> TaskKeys:
        try:
            return TaskKeys.model_validate(beside)
        except ValidationError as error:
            self.problems += problems.of_model(self.document, spot, error, TaskKeys, TASK_WORDS)
            return TaskKeys()

    def _step(self, spot: Spot, step: str, args: Any, at: Spot, keys: TaskKeys) -> Draft | None:
        if step not in self.tables.steps:
            self._wrong(at, self._no_step(step), key=True)
            return None
        shaped = {} if args is None else args
        if isinstance(shaped, dict):
            self._known(at, shaped, self.tables.steps[step])
        return Draft(kind=step, args=shaped, spot=at, keys=keys, place=self.document.place(spot))

    def _no_step(self, step: str) -> str:
        if step in STEPS_NOT_YET:
            return f"the step `{step}` is not in this version"
        if bare(step) in STEP_WORDS:
            return f"`{step}`: {STEP_WORDS[bare(step)]}"
        near = nearest(bare(step), self.tables.steps)
        return f"there is no step `{step}`; " + (
            f"did you mean `{near}`?" if near else f"there are {', '.join(sorted(self.tables.steps))}"
        )

    # -- checks, balancers, probes: lists of one-key mappings

    def _adapters(self, written: Iterable[Mapping[str, Any]], spot: Spot, what: str) -> Iterator[Draft]:
        table = {"check": self.tables.checks, "balancer": self.tables.balancers, "probe": self.tables.probes}[what]
        for number, one in enumerate(written):
            at = (*spot, number)
            if len(one) != 1:
                self._wrong(at, f"one {what} each: `- {next(iter(table), what)}: {{…}}`")
                continue
            [(kind, args)] = one.items()
            if kind not in table:
                near = nearest(str(kind), table)
                hint = f"did you mean `{near}`?" if near else f"there are {', '.join(sorted(table)) or 'none yet'}"
                self._wrong((*at, kind), f"there is no {what} `{kind}`; {hint}", key=True)
                continue
            yield Draft(kind=kind, args={} if args is None else args, spot=(*at, kind), place=self.document.place(at))

    def _known(self, spot: Spot, args: Mapping[str, Any], model: type[BaseModel]) -> None:
        names = problems.names_at(model, ())
        for key in args:
            if key not in names:
                self.problems.append(problems.unknown_key(self.document, (*spot, key), names, TASK_WORDS))

    def _wrong(self, spot: Spot, message: str, *, key: bool = False) -> None:
        self.problems.append(self.document.problem(spot, message, key=key))


def _flat(error: ValidationError, short: bool) -> ValidationError:
    """The short form of `health` has no `checks` in its place."""
    if not short:
        return error
    lines: list[Any] = []
    for one in error.errors(include_url=False):
        loc = tuple(p for n, p in enumerate(one["loc"]) if not (n == 1 and p == "checks" and one["loc"][0] == "health"))
        lines.append({"type": one["type"], "loc": loc, "input": one["input"], "ctx": one.get("ctx", {})})
    return ValidationError.from_exception_data(error.title, lines)

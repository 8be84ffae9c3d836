"""A plan in a file: made now, looked at, and carried out later, exactly as it is or not at all."""

import base64
import json
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from zdd.config import tarball
from zdd.config.building import Contents
from zdd.config.recipe import Recipe
from zdd.errors import Invalid, Problem, Stale
from zdd.journal.codec import plan_text, read_plan
from zdd.model import Plan
from zdd.plan.make import Emergency

FORMAT = 1
KEY = "zdd_plan"


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """The plan, and what it was made from: by these it is made once more, and must come out the same."""

    plan: Plan
    recipe: Recipe
    emergency: Emergency


def is_saved(path: Path) -> bool:
    """By its beginning: a playbook may be JSON too."""
    try:
        with path.open("rb") as file:
            return file.read(64).startswith(f'{{"{KEY}":'.encode())
    except OSError:
        return False  # which is said when it is read


def save(path: Path, saved: SavedPlan) -> None:
    """Rendered files go with it, artifacts stay where they are: only their digests do. Raises `Invalid`."""
    contents = {digest: content for digest, content in saved.recipe.contents.items() if digest not in _artifacts(saved)}
    whole = {
        KEY: FORMAT,
        "plan": json.loads(plan_text(saved.plan)),
        "recipe": TypeAdapter(Recipe).dump_python(replace(saved.recipe, contents={}), mode="json"),
        "emergency": TypeAdapter(Emergency).dump_python(saved.emergency, mode="json"),
        "contents": {digest: base64.b64encode(content).decode() for digest, content in contents.items()},
    }
    try:
        path.write_text(json.dumps(whole))
    except OSError as error:
        raise Invalid([Problem(str(path), 1, 1, f"the plan cannot be saved: {error.strerror}")]) from error


def load(path: Path) -> SavedPlan:
    """Raises `Invalid` for what is no saved plan, `Stale` where an artifact is not what it was."""
    try:
        whole = json.loads(path.read_text())
        if whole[KEY] != FORMAT:
            raise ValueError(f"its format is {whole[KEY]}, this zdd knows {FORMAT}: make it again")
        saved = _read(whole)
    except (OSError, KeyError, TypeError, ValueError, ValidationError) as error:
        why = str(error).splitlines()[0]
        raise Invalid([Problem(str(path), 1, 1, f"this is no plan that zdd has saved: {why}")]) from error
    return replace(saved, recipe=_with_artifacts(saved))


def _read(whole: Any) -> SavedPlan:
    contents = {digest: base64.b64decode(text) for digest, text in whole["contents"].items()}
    for digest, content in contents.items():
        if sha256(content).hexdigest() != digest:
            raise ValueError("a file in it is damaged")
    recipe = TypeAdapter(Recipe).validate_json(json.dumps(whole["recipe"]))
    emergency = TypeAdapter(Emergency).validate_json(json.dumps(whole["emergency"]))
    return SavedPlan(read_plan(json.dumps(whole["plan"])), replace(recipe, contents=contents), emergency)


def _artifacts(saved: SavedPlan) -> dict[str, Path]:
    builds = [host.build for play in saved.recipe.plays for host in play.hosts.values() if host.build]
    return {build.artifact_digest: build.artifact for build in builds if build.artifact != Path()}


def _with_artifacts(saved: SavedPlan) -> Recipe:
    contents = Contents()
    for digest, path in _artifacts(saved).items():
        try:
            found = contents.artifact(path)
        except (OSError, tarball.BadTarball) as error:
            raise Stale(f"the plan's artifact {path} is gone or damaged: {error}") from error
        if found != digest:
            raise Stale(f"{path} is not what it was when the plan was made: make it again")
    return replace(saved.recipe, contents={**saved.recipe.contents, **contents.held})

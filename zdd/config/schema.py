"""The JSON Schema of a playbook, for editors; and what a play is when it says nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from zdd.config.meanings import meanings
from zdd.config.play_keys import BalancerKeys, PlayKeys, TaskKeys
from zdd.config.playbook import LISTS, Keys, Tables
from zdd.config.seconds import shown

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEMPLATE = {"type": "string", "pattern": r"\{[{%]"}
SHORT = ("run", "python")  # steps and checks whose one text may stand alone


def schema(tables: Tables) -> dict[str, Any]:
    """One play, or a list of plays."""
    play = {"$ref": "#/$defs/Play"}
    return {
        "$schema": DIALECT,
        "title": "zdd playbook",
        "anyOf": [play, {"type": "array", "items": play, "minItems": 1}],
        "$defs": {"Play": _play(tables), "Task": _tasks(tables.steps)},
    }


def _play(tables: Tables) -> dict[str, Any]:
    play = _of(PlayKeys)
    keys = play["properties"]
    for name in LISTS:
        keys[name] = {"type": "array", "items": {"$ref": "#/$defs/Task"}}
    keys["release"] = {"anyOf": [_of_key("release"), {"type": "null"}]}
    checks = {"type": "array", "items": _one_of(tables.checks), "minItems": 1}
    health = _of_key("health")
    health["properties"]["checks"] = checks
    keys["health"] = {"anyOf": [{"const": "none"}, checks, health]}
    keys["balancers"]["items"] = _one_of(tables.balancers, beside=BalancerKeys)
    if tables.probes:
        drain = _of_key("drain")
        drain["properties"]["probes"] = {"type": "array", "items": _one_of(tables.probes)}
        keys["drain"] = drain
    return play


def _of_key(name: str) -> dict[str, Any]:
    """The mapping that a key of the play holds."""
    [model] = _models(PlayKeys.model_fields[name].annotation)
    return _of(model)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Those that an annotation names."""
    for one in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(one, type) and issubclass(one, BaseModel):
            yield one


def _tasks(steps: Keys) -> dict[str, Any]:
    """A step, and what may stand beside it; one without keys of its own may stand alone."""
    beside = _of(TaskKeys)["properties"]
    alone = [name for name, model in steps.items() if not model.model_fields]
    forms = [
        {
            "type": "object",
            "properties": {name: _written(name, model), **beside},
            "required": [name],
            "additionalProperties": False,
        }
        for name, model in steps.items()
    ]
    return {"anyOf": [{"enum": alone}, *forms]}


def _one_of(table: Keys, beside: type[BaseModel] | None = None) -> dict[str, Any]:
    forms = [
        {"type": "object", "properties": {name: _written(name, model, beside)}, "required": [name], "maxProperties": 1}
        for name, model in table.items()
    ]
    return {"anyOf": forms}


def _written(name: str, model: type[BaseModel], beside: type[BaseModel] | None = None) -> dict[str, Any]:
    """What is written under a name: whatever is no text may also come from a template."""
    written = _of(model)
    if beside:
        more = _of(beside)
        written["properties"] |= more["properties"]
        written["required"] = [*written.get("required", ()), *more.get("required", ())]
    written["properties"] = {key: _or_template(value) for key, value in written.get("properties", {}).items()}
    if not model.model_fields:
        return {"anyOf": [{"type": "null"}, written]}
    return {"anyOf": [{"type": "string"}, written]} if name in SHORT else written


def _or_template(key: dict[str, Any]) -> dict[str, Any]:
    return key if key.get("type") == "string" and "pattern" not in key else {"anyOf": [key, TEMPLATE]}


def _of(model: type[BaseModel]) -> dict[str, Any]:
    """With what it refers to in its place: nothing here contains itself."""
    made = model.model_json_schema(by_alias=True)
    inlined: dict[str, Any] = _inlined(made, made.pop("$defs", {}))
    for key, meaning in meanings(model).items():
        inlined.get("properties", {}).get(key, {})["description"] = meaning
    return inlined


def _inlined(value: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        if "$ref" in value:
            return _inlined(known[value["$ref"].rpartition("/")[2]], known)
        return {key: _inlined(one, known) for key, one in value.items() if key != "default"}
    return [_inlined(one, known) for one in value] if isinstance(value, list) else value


# ---- what holds where nothing is written


def defaults() -> dict[str, Any]:
    """Key -> what it is, as a playbook would write it. Keys that are computed from the fleet say how."""
    return dict(_defaults(PlayKeys))


def _defaults(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        inner = next(_models(field.annotation), None)
        if inner and name in ("release", "health", "drain"):
            yield name, dict(_defaults(inner))
        elif name in COMPUTED:
            yield name, COMPUTED[name]
        elif not field.is_required():
            yield name, _plain(name, field.get_default(call_default_factory=True))


COMPUTED = {
    "batches": "25%",
    "width": "the batch, where batches is one number or percentage, else 25%; at least 1, at most hosts - 1",
    "min_serving": "hosts - width",
    "artifact": "none (write it, or `current`)",
    "current": "none",
    "available": "none, and so no way back",
    "sha256": "none",
    "path": "the inventory's release_path, else /srv/NAME",
    "owner": "who logs in",
    "apart": "none",
}


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, float):
        return shown(value)
    return list(value) if isinstance(value, tuple) else value

"""The reference, made from the code: a page for each verb, one for playbooks, one for exit codes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import typer
from pydantic import BaseModel

from zdd.cli.app import app
from zdd.cli.reading import TABLES
from zdd.cli.teaching import EXAMPLE
from zdd.config import schema
from zdd.config.ansible_words import PLAY_WORDS, STEP_WORDS, TASK_WORDS
from zdd.config.meanings import meanings
from zdd.config.play_keys import BalancerKeys, DrainKeys, HealthKeys, PlayKeys, TaskKeys
from zdd.config.release_keys import ReleaseKeys
from zdd.report.exit_codes import EXIT_CODES

MADE = "% Made from the code by docs/reference.py; what is written here is lost.\n\n"
PLAYBOOK = """\
# Playbook

A play is a mapping with these keys; a playbook is one play, or a list of plays that are run in order. Required are
`name`, `hosts` and `health`. Times have a unit: `500ms`, `30s`, `10m`, `1h`.

`zdd schema` prints all of this as JSON Schema for editors, `zdd schema --defaults` what holds where a play says
nothing."""
TASKS = """\
## Tasks

A task is one step, alone (`- activate`) or with its keys (`- service: {name: shop, state: restarted}`). These may stand
beside the step:"""
EXITS = """\
# Exit codes

Below 10 the fleet is as it was before this command; from 20 on, look at the fleet. In JSON lines the last line says
which hosts were `touched`."""
WORDS = """\
# Ansible's words

What a playbook of Ansible's would say, and what zdd answers."""


def write(folder: Path) -> dict[str, str]:
    """All pages into that folder. Returns the verbs' names and what they are for, as for man pages."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.md"):
        old.unlink()
    found = dict(verbs())
    for path, verb in found.items():
        _page(folder, f"zdd-{'-'.join(path)}", verb_page(path, verb))
    _page(folder, "playbook", playbook_page())
    _page(folder, "exit-codes", exit_codes_page())
    _page(folder, "ansible-words", words_page())
    return {f"zdd-{'-'.join(path)}": _summary(verb) for path, verb in found.items()}


def _page(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.md").write_text(MADE + text + "\n", encoding="utf-8")


# ---- verbs


def verbs(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    command = command or typer.main.get_command(app)
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, below in command.commands.items():
        yield from verbs(below, (*path, name))


def verb_page(path: tuple[str, ...], verb: Any) -> str:
    example = (verb.epilog or "").removeprefix(EXAMPLE)
    arguments = [p for p in verb.params if not _is_option(p)]
    options = [p for p in verb.params if _is_option(p)]
    usage = " ".join(verb.collect_usage_pieces(verb.make_context("zdd", [], resilient_parsing=True)))
    parts = [
        f"# zdd {' '.join(path)}",
        verb.help,
        f"## Synopsis\n\n    zdd {' '.join(path)} {usage}",
        _listed("Arguments", arguments),
        _listed("Options", options),
        "## Example\n\n```console\n" + "\n".join(line.strip() for line in example.splitlines()) + "\n```",
        "## Exit codes\n\n[Exit codes](exit-codes.md), in `man 7 zdd-exit-codes`, say how it ended.",
    ]
    return "\n\n".join(filter(None, parts))


def _is_option(parameter: Any) -> bool:
    return bool(str(parameter.opts[0]).startswith("-"))


def _summary(verb: Any) -> str:
    text = str(verb.help).partition(".")[0].partition(":")[0]
    return text[0].lower() + text[1:]


def _listed(title: str, parameters: list[Any]) -> str:
    """One after the other, each with what it is for."""
    if not parameters:
        return ""
    return "\n\n".join([f"## {title}", *(_term(parameter) for parameter in parameters)])


def _term(parameter: Any) -> str:
    spelled = (*parameter.opts, *parameter.secondary_opts) if _is_option(parameter) else ()
    names = ", ".join(f"`{name}`" for name in spelled)
    value = "" if getattr(parameter, "is_flag", False) else _value(parameter)
    environment = f" Environment: `{parameter.envvar}`." if parameter.envvar else ""
    without = _without(parameter)
    default = f" Default: `{without}`." if without else ""
    return f"{' '.join(filter(None, (names, value)))}\n: {parameter.help}{default}{environment}"


def _without(parameter: Any) -> str:
    """What holds where it is left out; empty where that is nothing."""
    value = getattr(parameter.default, "value", parameter.default)
    return "" if parameter.show_default is False or isinstance(value, bool) or not value else str(value)


def _value(parameter: Any) -> str:
    words = parameter.metavar or "|".join(_choices(parameter)) or parameter.name.upper()
    return f"*{words}*"


def _choices(parameter: Any) -> list[str]:
    kind = parameter.type_descriptor.annotation
    return [str(one.value) for one in kind] if hasattr(kind, "__members__") else []


# ---- playbooks


def playbook_page() -> str:
    known = schema.defaults()
    parts = [
        PLAYBOOK,
        *_keys("## A play", PlayKeys, known),
        *_keys("## `release`", ReleaseKeys, known.get("release", {})),
        *_keys("## `drain`", DrainKeys, known.get("drain", {})),
        *_keys("## `health`", HealthKeys, known.get("health", {})),
        TASKS,
        _table(TaskKeys, {}),
        *_tabled("Step", TABLES.steps),
        "## Balancers",
        "Each entry of `balancers` is one balancer. These stand beside its own keys:",
        _table(BalancerKeys, {}),
        *_tabled("Balancer", TABLES.balancers),
        "## Probes",
        "Each entry of `drain.probes` counts what must become idle before a host is changed.",
        *_tabled("Probe", TABLES.probes),
        "## Checks",
        "Each entry of `health.checks` asks a host whether it is well.",
        *_tabled("Check", TABLES.checks),
    ]
    return "\n\n".join(filter(None, parts))


def _keys(title: str, model: type[BaseModel], known: Mapping[str, Any]) -> Iterator[str]:
    yield title
    yield _doc(model)
    yield _table(model, known)


def _tabled(word: str, table: Mapping[str, type[BaseModel]]) -> Iterator[str]:
    for name, model in table.items():
        yield f"### {word} `{name}`"
        yield _doc(model)
        yield _table(model, {})


def _doc(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())


def _table(model: type[BaseModel], known: Mapping[str, Any]) -> str:
    """Key, what it means, and what holds without it."""
    if not model.model_fields:
        return ""
    rows = [_row(name, field, meanings(model), known) for name, field in model.model_fields.items()]
    return "\n".join(["| key | meaning | without it |", "|---|---|---|", *rows])


def _row(name: str, field: Any, means: Mapping[str, str], known: Mapping[str, Any]) -> str:
    key = field.alias or name
    without = "**required**" if field.is_required() else _default(known.get(name, field.default))
    choices = [f"`{word}`" for word in _words(field.annotation)]
    told = any(choice in means[name] for choice in choices)
    meaning = means[name] + (f" ({' · '.join(choices)})" if choices and not told else "")
    return f"| `{key}` | {_cell(meaning)} | {_cell(without)} |"


def _words(annotation: Any) -> list[str]:
    """Those of a key that takes one of a few."""
    words = get_args(annotation)
    return [word for word in words if isinstance(word, str)] if words and all(isinstance(w, str) for w in words) else []


def _default(value: Any) -> str:
    if value in (None, "", (), [], {}) or isinstance(value, Mapping | BaseModel):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return schema.shown(value)
    return str(value) if isinstance(value, str | int) else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# ---- exit codes


def exit_codes_page() -> str:
    rows = [f"| {code} | {known.meaning} | {_then(known.then)} |" for code, known in EXIT_CODES.items()]
    return "\n".join(
        [
            EXITS,
            "",
            "| code | meaning | next |",
            "|---|---|---|",
            *rows,
        ]
    )


def _then(commands: tuple[str, ...]) -> str:
    return " · ".join(f"`{command}`" for command in commands)


# ---- Ansible's words


def words_page() -> str:
    tables = (("In a play", PLAY_WORDS), ("Beside a task", TASK_WORDS), ("Modules", STEP_WORDS))
    return "\n\n".join([WORDS, *(part for title, words in tables for part in (f"## {title}", _answers(words)))])


def _answers(words: Mapping[str, str]) -> str:
    return "\n".join(["| Ansible | zdd |", "|---|---|", *(f"| `{w}` | {_cell(a)} |" for w, a in words.items())])

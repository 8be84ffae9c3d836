"""The tasks of a play, rendered for one host; and the files that they write."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from zdd.config.building import file_of
from zdd.config.playbook import Draft
from zdd.config.recipe import Written
from zdd.config.release_keys import ReleaseKeys
from zdd.config.sheet import Sheet
from zdd.config.source import nearest
from zdd.config.templates import Scope
from zdd.model import File

CONTROLLER = "controller"
ON_CONTROLLER = ("run", "http", "wait_for")  # what needs no host


@dataclass(slots=True)
class Files:
    """What one host's tasks write: into its release, and elsewhere."""

    inside: list[File] = field(default_factory=list)
    outside: list[File] = field(default_factory=list)


def tasks(sheet: Sheet, name: str, host: str, scope: Scope, files: Files) -> Iterator[Written]:
    """Those under `name` whose `when` is true. A file that is part of the release is no task any more."""
    for draft in sheet.draft.tasks[name]:
        if not sheet.rendering.truth(draft.keys.when, draft.spot, scope):
            continue
        args = sheet.rendering.args(draft, scope, sheet.tables.steps[draft.kind])
        if args is not None and draft.kind in ("copy", "template"):
            args = _file(sheet, draft, args, name, scope, files)
        if args is not None and draft.kind == "python":
            args = _function(sheet, draft, args)
        if args is not None:
            yield _written(sheet, draft, args, scope)


def _written(sheet: Sheet, draft: Draft, args: Mapping[str, Any], scope: Scope) -> Written:
    keys, safe = draft.keys, repeatable(draft.kind, args)
    if keys.retries and not safe:
        why = f"retries: `{draft.kind}` may not be done twice unless `creates` or `unless` says whether it happened"
        sheet.wrong(draft.spot, why)
    return Written(
        step=draft.kind,
        args=args,
        name=sheet.rendering.text(keys.name or "", draft.spot, scope),
        on=_on(sheet, draft, scope),
        become=_become(sheet, draft),
        timeout=keys.timeout or 60.0,
        retries=keys.retries,
        safe=safe,
        origin=draft.place,
    )


def repeatable(step: str, args: Mapping[str, Any]) -> bool:
    """Whether it may be done again without looking first."""
    if step == "python":
        return False
    if step == "run":
        return bool(args.get("creates") or args.get("unless"))
    return step != "http" or args.get("method", "GET") in ("GET", "HEAD")


def _become(sheet: Sheet, draft: Draft) -> str | None:
    """A user; empty: who logs in; None: as the play and the inventory say."""
    keys = draft.keys
    if keys.become is False:
        if keys.become_user:
            sheet.wrong(draft.spot, "become_user: the task says `become: false` beside it")
        return ""
    return (keys.become_user or sheet.keys.become_user) if keys.become or keys.become_user else None


def _on(sheet: Sheet, draft: Draft, scope: Scope) -> str:
    name = sheet.rendering.text(draft.keys.on or "", draft.spot, scope)
    if name == CONTROLLER:
        if draft.kind not in ON_CONTROLLER:
            able = ", ".join(f"`{step}`" for step in ON_CONTROLLER)
            sheet.wrong(draft.spot, f"on: `{draft.kind}` is done on a host; the controller can do {able}")
    elif name and name not in sheet.inventory.hosts:
        near = nearest(name, sheet.inventory.hosts)
        sheet.wrong(draft.spot, f"on: no host `{name}`" + (f"; did you mean `{near}`?" if near else ""))
    elif name and name not in sheet.hosts:
        sheet.machines[name] = sheet.endpoint(name)
    return name


def _function(sheet: Sheet, draft: Draft, args: Mapping[str, Any]) -> dict[str, Any] | None:
    """The file is frozen, and read here: a function that is not in it would be missed when a host is out."""
    path = sheet.file("tasks.py", draft.spot, [sheet.beside])
    if path is None:
        return None
    try:
        content = path.read_bytes()
        known = [node.name for node in ast.parse(content).body if isinstance(node, ast.FunctionDef)]
    except (OSError, SyntaxError, ValueError) as error:
        sheet.wrong(draft.spot, f"{path} cannot be read: {error}")
        return None
    for name in filter(None, (args["function"], args["check"])):
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean `{near}`?" if near else f"there are {', '.join(known) or 'none'}"
            sheet.wrong(draft.spot, f"{path} has no function `{name}`; {hint}")
    return {**args, "digest": sheet.contents.put(content)}


# ---- files


def _file(
    sheet: Sheet, draft: Draft, args: Mapping[str, Any], name: str, scope: Scope, files: Files
) -> dict[str, Any] | None:
    """A relative `dest` is part of the release; an absolute one stays a task."""
    content = _content(sheet, draft, args, scope)
    if content is None:
        return None
    seal = "" if draft.kind == "copy" and args.get("content") is None else sheet.vault.seal(content.decode())
    file = file_of({**args, "mode": _mode(sheet, draft, args, seal)}, sheet.contents.put(content), seal)
    if file.dest.startswith("/"):
        files.outside.append(file)
        return asdict(file)
    release = sheet.keys.release
    if name != "deploy" or not release or release.current:
        sheet.wrong(draft.spot, f"dest: `{file.dest}` must begin with /: {_why_outside(release)}")
    files.inside.append(file)
    return None


def _why_outside(release: ReleaseKeys | None) -> str:
    if release and release.current:
        return "what hosts install themselves (`release.current`) has no folder that it could be rendered into"
    return "it is not part of a release here"


def _mode(sheet: Sheet, draft: Draft, args: Mapping[str, Any], seal: str) -> str:
    """A file with a secret in it is for those who need it."""
    mode = str(args["mode"])
    if not seal:
        return mode
    if isinstance(draft.args, Mapping) and "mode" not in draft.args:
        return "0600"
    if int(mode, 8) & 0o007:
        why = f'mode: `{mode}` shows the secret to everybody on the host: write "0600" or "0640"'
        sheet.wrong((*draft.spot, "mode"), why)
    return mode


def _content(sheet: Sheet, draft: Draft, args: Mapping[str, Any], scope: Scope) -> bytes | None:
    if args.get("content") is not None:
        return str(args["content"]).encode()
    spot = (*draft.spot, "src")
    path = sheet.file(str(args["src"]), spot, [sheet.beside])
    if path is None:
        return None
    if not path.is_file():
        sheet.wrong(spot, f"src: {path} is a folder; a file is expected")
        return None
    try:
        return path.read_bytes() if draft.kind == "copy" else _rendered(sheet, path.read_text(), draft, scope)
    except (OSError, UnicodeDecodeError) as error:
        why = "is not UTF-8" if isinstance(error, ValueError) else f"cannot be read: {error.strerror}"
        sheet.wrong(spot, f"src: {path} {why}")
        return None


def _rendered(sheet: Sheet, template: str, draft: Draft, scope: Scope) -> bytes:
    return sheet.rendering.text(template, (*draft.spot, "src"), scope, secrets=True).encode()

"""The release of a play on one host: its version, what it is, and the tasks and files that are part of it."""

from dataclasses import replace

from zdd.config.building import TOKEN, identified
from zdd.config.installing import installed, without_folder
from zdd.config.recipe import Build, Written
from zdd.config.release_keys import ReleaseKeys
from zdd.config.sheet import Sheet
from zdd.config.tasks import Files, tasks
from zdd.config.templates import Scope
from zdd.config.unpacking import unpacked

NO_RUN = {"run": "cannot be used in what makes a release, whose id would change each time"}
MARKS = {"folder": "._+~-", "version": "._+~^:-"}  # what may be in the name of one, beside letters and digits


def released(
    sheet: Sheet, keys: ReleaseKeys, host: str, scope: Scope, version: str
) -> tuple[Build, tuple[Written, ...]]:
    """What makes the release, and the deploy tasks that are part of it."""
    make = installed if keys.current else unpacked
    build, files = make(sheet, keys, host, version, scope.with_(version=version)), Files()
    deploy = tuple(tasks(sheet, "deploy", host, released_scope(scope, build, TOKEN).without(**NO_RUN), files))
    made = replace(build, files=tuple(files.inside), kept_files=tuple(files.outside))
    return identified(made, deploy, sheet.contents)


def released_scope(scope: Scope, build: Build, id8: str) -> Scope:
    """What templates of the release see. `id8`: of its id, or what stands for it."""
    inside = scope.with_(version=build.version)
    if build.current:
        return without_folder(inside)
    folder = f"{build.path}/releases/{build.version}-{id8}"
    return inside.with_(release_dir=folder, current_dir=f"{build.path}/current")


def version_of(sheet: Sheet, keys: ReleaseKeys, host: str) -> str:
    """Here alone `version` is the variable; empty where it is wrong."""
    spot, scope = sheet.spot("release", "version"), sheet.scopes.of(host)
    if "version" in keys.version and "version" not in sheet.scopes.variables(host):
        scope = scope.without(version="is not defined: say -e version=1.1")
    version = sheet.rendering.text(keys.version, spot, scope)
    kind = "version" if keys.current else "folder"
    if version and not may_name(kind, version):
        some = f"letters, digits and {' '.join(MARKS[kind])} only, beginning with a letter or digit"
        sheet.wrong(spot, f"version: `{version}` cannot name a {kind}: {some}")
    return version


def may_name(kind: str, version: str) -> bool:
    """A folder, or a version of what hosts install themselves."""
    return version[:1].isalnum() and version.isascii() and all(c.isalnum() or c in MARKS[kind] for c in version)

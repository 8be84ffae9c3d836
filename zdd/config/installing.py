"""A release that hosts install themselves, by their deploy tasks: a package, an image. Each says what it runs."""

from zdd.config.recipe import Build
from zdd.config.release_keys import ReleaseKeys
from zdd.config.sheet import Sheet
from zdd.config.templates import Scope

NO_FOLDER = "is not there: what hosts install themselves (`release.current`) has no folder of zdd's"
NOT_KNOWN = {"version": "cannot be used here: `current` asks the host which one it runs"}


def installed(sheet: Sheet, keys: ReleaseKeys, host: str, version: str, scope: Scope) -> Build:
    """All of it but the files that tasks write."""
    for number, draft in enumerate(sheet.draft.tasks["deploy"]):
        if draft.kind == "activate":
            why = "activate: there is nothing to switch: hosts install the release themselves (`release.current`)"
            sheet.wrong(sheet.spot("deploy", number), why)
    outside = without_folder(scope)
    asked, available = sheet.spot("release", "current"), sheet.spot("release", "available")
    return Build(
        version=version,
        current=sheet.rendering.text(keys.current or "", asked, outside.without(**NOT_KNOWN)),
        available=sheet.rendering.text(keys.available or "", available, outside),
    )


def without_folder(scope: Scope) -> Scope:
    return scope.without(release_dir=NO_FOLDER, current_dir=NO_FOLDER)

"""The whole verified release on disk, before any host leaves a balancer (R3)."""

from pathlib import PurePosixPath

from zdd.config.tarball import is_gzipped
from zdd.errors import Failed
from zdd.model import File, Outcome, Release, Task
from zdd.steps import Site, Step, asset_commands, fetch_commands, record, release_commands, sealed
from zdd.steps.host_state import runs_now
from zdd.steps.place import KEPT, Place, place, wanted
from zdd.steps.written import freeze


def act(site: Site, task: Task) -> Outcome:
    """A release that is there is whole, and is not written to again; its record is."""
    here, release = place(site, task), wanted(site, task)
    if release.installed:
        return Outcome(data={"record": kept(here, release)})
    there = runs_now(here, release).has(release)
    if release.assets:
        here.do(here.limited(asset_commands.take(release)))
    if not there:
        _put_in_place(here, release)
    return Outcome(status="unchanged" if there else "ok", data={"record": kept(here, release)})


def kept(here: Place, release: Release) -> str:
    """All that a later way back to it needs is on the host; the digest of its record."""
    for file in release.kept_files:
        freeze(here, file)
    _freeze_record(here, release)
    return record.digest(release)


def _put_in_place(here: Place, release: Release) -> None:
    if release.url:
        here.do(here.limited(fetch_commands.fetch(release)))
        here.do(here.limited(release_commands.unpack(release)))
    else:
        artifact = here.site.content(release.artifact)
        here.upload(artifact, release_commands.artifact(release), sha256=release.artifact)
        here.do(here.limited(release_commands.unpack(release, gzipped=is_gzipped(artifact))))
    for file in release.files:
        _render(here, release, file)
    here.do(here.limited(release_commands.finish(release)))


def _render(here: Place, release: Release, file: File) -> None:
    dest = PurePosixPath(file.dest)
    if dest.is_absolute() or ".." in dest.parts:
        raise Failed(f"{file.dest} is no path inside a release", cause="environment")
    target = f"{release_commands.beside(release)}/{dest}"
    if file.seal:
        sealed.upload(here, file, target, file.mode)
    else:
        here.upload(here.site.content(file.digest), target, sha256=file.digest, mode=file.mode)


def _freeze_record(here: Place, release: Release) -> None:
    text = record.text(release).encode()
    here.upload(text, here.home.record(release.name), sha256=record.digest(release), mode=KEPT)


STAGE = Step(act)

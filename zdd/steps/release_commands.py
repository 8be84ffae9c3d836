"""What is done to the releases of a host: `<path>/releases/<name>/`, and `current`, which points at one of them.

A release is built beside its place and takes it by one rename, with its marker in it: what has the name is whole.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath

from zdd.model import Release
from zdd.steps import asset_commands, fetch_commands
from zdd.steps.shell import MISSING, REFUSED, SAME, quote, script
from zdd.transport import Command

MARKER = ".zdd-complete"


def artifact(release: Release) -> str:
    """Where the tarball waits to be unpacked."""
    return f"{release.path}/.zdd/{release.artifact}"


def beside(release: Release) -> str:
    """Where a release is built."""
    return f"{release.path}/releases/.tmp-{release.name}"


def unpack(release: Release, *, gzipped: bool = False) -> Command:
    """Nothing of an earlier try is left. Owners in the tarball mean nothing here. What a host has fetched it looks
    through itself."""
    sent = f"tar {'-xzof' if gzipped else '-xof'} .zdd/{quote(release.artifact)} -C {tmp_of(release)}"
    body = f"""
umask 022
cd {quote(release.path)}
{replaceable(release)}
rm -rf {tmp_of(release)}
mkdir -p {tmp_of(release)} shared
{fetch_commands.unpack(release, tmp_of(release)) if release.url else sent}
"""
    return Command(verb="release.unpack", script=script(body), args=args_of(release), changes=True)


def finish(release: Release) -> Command:
    """Owners, links to what is shared, marker; then the name. What `current` points at is never written to."""
    body = f"""
umask 022
cd {quote(release.path)}
[ -d {tmp_of(release)} ] || no {MISSING} "{beside(release)} is gone"
{replaceable(release)}
{"".join(_share(item, release.owner) for item in release.shared)}\
{asset_commands.share(release)}\
{_owned(release)}
flush {tmp_of(release)}
printf '%s' {quote(release.id)} > {tmp_of(release)}/{MARKER}
flush {tmp_of(release)}
rm -rf releases/{quote(release.name)}
mv -T {tmp_of(release)} releases/{quote(release.name)}
flush releases
{f"rm -f .zdd/{quote(release.artifact)}" if release.artifact else ""}
"""
    return Command(verb="release.finish", script=script(_with_tmp(body, release)), args=args_of(release), changes=True)


def activate(release: Release) -> Command:
    """A link beside, then one rename: `current` names the old release or the new one at every moment."""
    body = f"""
cd {quote(release.path)}
is=$(cat releases/{quote(release.name)}/{MARKER} 2>/dev/null || :)
[ "$is" = {quote(release.id)} ] || no {MISSING} {quote(f"releases/{release.name} is not complete")}
if [ -e current ] && [ ! -L current ]; then no {REFUSED} 'current is no link: zdd adopt makes it one'; fi
if [ "$(readlink current 2>/dev/null || :)" = releases/{quote(release.name)} ]; then echo {SAME}; exit 0; fi
rm -f .current.zdd
ln -s releases/{quote(release.name)} .current.zdd
mv -T .current.zdd current
flush .
"""
    return Command(verb="release.activate", script=script(body), args=args_of(release), changes=True)


def deactivate(path: str) -> Command:
    """A host that ran nothing runs nothing again; the releases stay where they are."""
    body = f"""
cd {quote(path)} 2>/dev/null || {{ echo {SAME}; exit 0; }}
if [ -e current ] && [ ! -L current ]; then no {REFUSED} 'current is no link'; fi
[ -L current ] || {{ echo {SAME}; exit 0; }}
rm current
flush .
"""
    return Command(verb="release.deactivate", script=script(body), args={"path": path}, changes=True)


def prune(path: str, folder: str, keep: int, protected: Iterable[str], assets: Iterable[str] = ()) -> Command:
    """The newest stay; so do the protected ones, `current`, and any that a process runs from. With the others go the
    assets that only they had."""
    body = f"""
cd {quote(path)}/releases 2>/dev/null || exit 0
named={quote(path)}/releases; real=$(pwd -P)
running=$(ls -ld /proc/[0-9]*/cwd /proc/[0-9]*/exe 2>/dev/null || :
  cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' || :)
stays() {{
  case "$1" in {"|".join(map(quote, ["", *protected]))}) return 0;; esac
  [ "$(readlink ../current 2>/dev/null || :)" = "releases/$1" ] && return 0
  case "$running" in *"$named/$1"*|*"$real/$1"*) return 0;; esac
  return 1
}}
kept=0
ls -1t -- */{MARKER} 2>/dev/null | while IFS= read -r marker; do
  name=${{marker%/*}}; kept=$((kept + 1))
  if [ "$kept" -le {int(keep)} ] || stays "$name"; then continue; fi
  mv -T -- "$name" ".tmp-$name"
  rm -rf -- ".tmp-$name"
  rm -f -- {quote(folder)}/releases/"$name.json"
  printf '%s\\n' "$name"
done
rm -rf -- .tmp-*
cd ..
{asset_commands.forget(assets).strip()}
{forget_kept(folder, keep)}
"""
    args = {"path": path, "folder": folder, "keep": keep, "protected": tuple(protected)}
    return Command(verb="release.prune", script=script(body), args=args, changes=True, timeout=300.0)


def forget_kept(folder: str, keep: int) -> str:
    """What older runs have kept of files, and contents that no record names."""
    return f"""cd {quote(folder)} 2>/dev/null || exit 0
if [ -d kept ]; then
  ls -1t kept | tail -n +{int(keep) + 1} | while IFS= read -r run; do rm -rf -- "kept/$run"; done
fi
for file in files/*; do
  if [ -f "$file" ] && ! grep -qsF "$(basename "$file" .sum)" releases/*.json; then rm -f -- "$file"; fi
done"""


def args_of(release: Release) -> dict[str, str]:
    return {"path": release.path, "name": release.name, "id": release.id}


def tmp_of(release: Release) -> str:
    return quote(f"releases/.tmp-{release.name}")


def _with_tmp(body: str, release: Release) -> str:
    return f"tmp={tmp_of(release)}\n{body.strip()}"


def replaceable(release: Release) -> str:
    """Who has the name already: the same release is fine, one that is used or is another is not."""
    place, link = quote(f"releases/{release.name}"), quote(f"releases/{release.name}")
    return f"""if [ -d {place} ]; then
  is=$(cat {place}/{MARKER} 2>/dev/null || :)
  [ "$is" = {quote(release.id)} ] && {{ echo {SAME}; exit 0; }}
  [ -z "$is" ] || no {REFUSED} {quote(f"{release.directory} is another release of the same name")}
  [ "$(readlink current 2>/dev/null || :)" != {link} ] || no {REFUSED} {quote("current is incomplete")}
fi"""


def _share(item: str, owner: str) -> str:
    """A link from the release into `shared/`, which is made at first from what the release brings."""
    path = PurePosixPath(item)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(f"shared: {item!r} is no path inside a release")
    shared, inside = quote(f"shared/{path}"), f'"$tmp"/{quote(str(path))}'
    up = "../" * (len(path.parts) + 1)
    own = f"chown -Rh {quote(owner)} {shared}" if owner else ":"
    return f"""if [ ! -e {shared} ]; then
  mkdir -p {quote(str(PurePosixPath("shared") / path.parent))}
  if [ -e {inside} ]; then mv -T {inside} {shared}; else mkdir {shared}; fi
  {own}
fi
rm -rf {inside}
mkdir -p "$tmp"/{quote(str(path.parent))}
ln -s {quote(f"{up}shared/{path}")} {inside}
"""


def _owned(release: Release) -> str:
    """Links keep their own owner: without -h the file they point at would be given away."""
    lines = [f"chown -Rh {quote(release.owner)} {tmp_of(release)}"] if release.owner else []
    lines += [
        f"chown -h {quote(file.owner)} {tmp_of(release)}/{quote(file.dest)}" for file in release.files if file.owner
    ]
    return "\n".join(lines)
